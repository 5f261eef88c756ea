import { expect, test } from 'vitest'
import { detailOf } from './attention'

test('what was put right is said in short, with its operation', () => {
  expect(detailOf('found a (gone); b (runs with another program); c (gone); 2 more; operation 9214-ae puts it right')).toEqual({
    text: 'Found a, b and more out of place; put right by',
    more: ['a (gone)', 'b (runs with another program)', 'c (gone)', '2 more'],
    operation: '9214-ae',
  })
  expect(detailOf('found a (gone); operation 9214-ae puts it right')).toEqual({ text: 'Found a (gone); put right by', more: [], operation: '9214-ae' })
})

test('everything else is said as it is', () => {
  expect(detailOf('it ends in 3 days')).toEqual({ text: 'it ends in 3 days', more: [], operation: null })
})
