import { expect, test } from 'vitest'
import type { Operation } from '@/api/types'
import { merged } from './merged'
import { sorted } from './search'

test('events and operations stand together, newest first', () => {
  const event = (name: string, lastTimestamp: string, type = 'Warning') => ({ metadata: { name, uid: name }, lastTimestamp, type, reason: 'BackOff', message: 'm', count: 3, involvedObject: { kind: 'Pod', name: 'p', namespace: 'n' } })
  const operation = { id: 'o', action: 'change', state: 'failed', target: { kind: 'Cluster', name: 'dev' }, requestedBy: 'user:ana', createdAt: '2026-01-01T00:00:02Z', failure: { message: 'no room', retryable: false } } as unknown as Operation
  const all = merged([event('a', '2026-01-01T00:00:01Z'), event('b', '2026-01-01T00:00:03Z', 'Normal')], [operation])
  const order = sorted([...all.values()], ({ at }) => at, true)
  expect(order.map(({ metadata }) => metadata.name)).toEqual(['b', 'o', 'a'])
  expect(order[1]).toMatchObject({ from: 'Kore', status: { tone: 'bad', text: 'Failed' }, message: 'Change cluster dev, asked for by ana: no room' })
  expect(order[2]).toMatchObject({ from: 'Kubernetes', status: { tone: 'warn', text: 'BackOff' }, times: 3 })
})
