import { expect, test } from 'vitest'
import { sourceText } from './roles'

test('people read where a membership comes from', () => {
  expect(sourceText('direct', null)).toBe('added directly')
  expect(sourceText('invitation:ana', null)).toBe('invited by ana')
  expect(sourceText('group:corp', 'kore-devs')).toBe('group kore-devs of corp')
  expect(sourceText('group:corp', null)).toBe('a group of corp')
})
