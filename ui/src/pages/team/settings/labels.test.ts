import { expect, test } from 'vitest'
import { labelLines, labelsOf } from './labels'

test('labels are lines, and those of Kore stay', () => {
  const labels = { 'kore.internal/team': 'a', tier: 'gold', 'cost-centre': '42' }
  expect(labelLines(labels)).toBe('cost-centre=42\ntier=gold')
  expect(labelsOf(' tier = silver \n\nplain', labels)).toEqual({ 'kore.internal/team': 'a', tier: 'silver', plain: '' })
})
