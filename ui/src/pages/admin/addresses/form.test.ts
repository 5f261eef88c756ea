import { expect, test } from 'vitest'
import { newPool } from '@/api/kinds/addresses'
import { poolCommand, rangesAsked, specOf, valuesOf } from './form'

const filled = { ...valuesOf(null), name: 'cloud', node: '10.128.0.0/12:20', pod: '100.88.0.0/14:20', service: '172.20.0.0/14,172.28.0.0/14:20' }

test('a pool has the ranges that clusters of its provider take, and none that were typed for another', () => {
  expect(specOf({ ...filled, provider: 'aws', region: ' eu-central-1 ' }, null)).toEqual({
    provider: 'aws',
    node: { cidrs: ['10.128.0.0/12'], prefix: 20 },
    service: { cidrs: ['172.20.0.0/14', '172.28.0.0/14'], prefix: 20 },
    region: 'eu-central-1',
  })
  expect(specOf(filled, null)).not.toHaveProperty('node')
  expect(poolCommand({ ...filled, provider: 'aws' }, null)).toBe('kore address-pool create cloud --provider aws --nodes 10.128.0.0/12:20 --services 172.20.0.0/14,172.28.0.0/14:20')
  expect(poolCommand(filled, null)).toBe('kore address-pool create cloud --pods 100.88.0.0/14:20 --services 172.20.0.0/14,172.28.0.0/14:20')
})

test('what a pool has besides is asked for, and stays', () => {
  const pool = newPool('old', { provider: 'local', node: { cidrs: ['10.40.0.0/16'], prefix: 24 }, pod: { cidrs: ['100.88.0.0/14'], prefix: 20 } })
  expect(rangesAsked('local', pool)).toEqual(['node', 'pod', 'service'])
  expect(specOf(valuesOf(pool), pool)).toEqual(pool.spec)
  expect(poolCommand(valuesOf(pool), pool)).toBe('kore address-pool edit old --nodes 10.40.0.0/16:24 --pods 100.88.0.0/14:20')
})
