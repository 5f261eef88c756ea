import { expect, test } from 'vitest'
import { quantity, share } from './quantity'

test('quantities are read as Kubernetes writes them', () => {
  expect(quantity('500m')).toBe(0.5)
  expect(quantity('2Gi')).toBe(2 ** 31)
  expect(quantity('1e3')).toBe(1000)
  expect(quantity('4k')).toBe(4000)
  expect(quantity('10')).toBe(10)
  expect(quantity('.5')).toBe(0.5)
  for (const wrong of ['', 'much', '1 GB', '2GiB']) expect(quantity(wrong), wrong).toBeNull()
})

test('a share is a percentage between nothing and all', () => {
  expect(share('250m', '1')).toBe(25)
  expect(share(3, 10)).toBe(30)
  expect(share('3Gi', '2Gi')).toBe(100)
  expect(share('0', '0')).toBe(0)
  expect(share('1', null)).toBeNull()
})
