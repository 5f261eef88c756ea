import { expect, test } from 'vitest'
import { rehearsalText } from './rehearsal'

test('what is rehearsed is said, and nothing where nothing is', () => {
  expect(rehearsalText()).toBeNull()
  expect(rehearsalText([])).toBeNull()
  expect(rehearsalText(['aws'])).toBe('Rehearsal: AWS is a stand-in on this machine; nothing here is real.')
})
