import { expect, test } from 'vitest'
import { amount, bytes, measured, memory, quantity, share } from './quantity'

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

test.each([
  ['100m', 0.1], ['2', 2], ['1.5Gi', 1.5 * 2 ** 30], ['128974848', 128974848], ['129e6', 129e6], ['12k', 12000], ['x', null], [undefined, null],
])('the quantity %s is %s', (text, value) => expect(quantity(text)).toBe(value))

test('amounts for people', () => {
  expect([bytes(512), bytes(1536), bytes(3.2 * 2 ** 30), bytes(250 * 2 ** 20)]).toEqual(['512 B', '1.5 KiB', '3.2 GiB', '250 MiB'])
  expect([amount('cpu', '250m'), amount('memory', '1280Mi'), amount('pods', '4'), amount('cpu', undefined)]).toEqual(['0.25', '1.3 GiB', '4', '–'])
  expect([memory(0), memory(512), memory(4096), amount('memory', '0')]).toEqual(['0 GiB', '512 MiB', '4 GiB', '0 GiB'])
})

test('parameters are told with their units', () => {
  expect([measured(4096, 'MiB'), measured('512 to 1048576', 'MiB'), measured(1, 'nodes'), measured('1 to 5', 'nodes'), measured(2, 'vCPU'), measured('auto', null)]).toEqual([
    '4 GiB', '512 MiB to 1 TiB', '1 node', '1 to 5 nodes', '2 vCPU', 'auto',
  ])
})
