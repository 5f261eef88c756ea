import { expect, test } from 'vitest'
import { marks } from './marks'

test('what an installation is marked with is said, and nothing where it is not', () => {
  expect(marks({})).toEqual([])
  expect(marks({ rehearsal: [], evaluation: [] })).toEqual([])
  expect(marks({ rehearsal: ['aws'] })).toEqual([{ name: 'Rehearsal', text: 'Rehearsal: AWS is a stand-in on this machine; nothing here is real.' }])
  expect(marks({ rehearsal: ['aws'], evaluation: ['aws'] }).map(({ name }) => name)).toEqual(['Rehearsal', 'Evaluation'])
})
