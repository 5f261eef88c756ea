import { expect, test } from 'vitest'
import { behindText, isBehind } from './rehearsal'

test('only in a rehearsal is there a team of clusters that stand behind others', () => {
  expect([isBehind('rehearsal', ['aws']), isBehind('rehearsal'), isBehind('payments', ['aws'])]).toEqual([true, false, false])
  expect(behindText('rehearsal', { 'kore.internal/description': 'stands behind kore-a-b in the rehearsed cloud' }, ['aws'])).toBe('It stands behind kore-a-b in the rehearsed cloud. Leave it to Kore.')
  expect(behindText('rehearsal', {}, ['aws'])).toBe('It stands behind a cluster of the rehearsed cloud. Leave it to Kore.')
  expect(behindText('rehearsal', {}, [])).toBeNull()
})
