import { expect, test } from 'vitest'
import { behindText, isBehind, rehearsalText } from './rehearsal'

test('what is rehearsed is said, and nothing where nothing is', () => {
  expect(rehearsalText()).toBeNull()
  expect(rehearsalText([])).toBeNull()
  expect(rehearsalText(['aws'])).toBe('Rehearsal: AWS is a stand-in on this machine; nothing here is real.')
})

test('only in a rehearsal is there a team of clusters that stand behind others', () => {
  expect([isBehind('rehearsal', ['aws']), isBehind('rehearsal'), isBehind('payments', ['aws'])]).toEqual([true, false, false])
  expect(behindText('rehearsal', { 'kore.internal/description': 'stands behind kore-a-b in the rehearsed cloud' }, ['aws'])).toBe('It stands behind kore-a-b in the rehearsed cloud. Leave it to Kore.')
  expect(behindText('rehearsal', {}, ['aws'])).toBe('It stands behind a cluster of the rehearsed cloud. Leave it to Kore.')
  expect(behindText('rehearsal', {}, [])).toBeNull()
})
