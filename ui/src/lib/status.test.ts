import { describe, expect, test } from 'vitest'
import type { Condition, Operation } from '@/api/types'
import { operationStatus, statusOf } from './status'
import { bars } from './timeline'

const condition = (type: string, status: string, reason: string, message = ''): Condition => ({ type, status, reason, message, lastTransitionTime: '' })
const object = (conditions: Condition[], deletionTimestamp?: string) => ({ metadata: { name: 'dev', generation: 1, deletionTimestamp }, status: { conditions } })

describe('how an object is', () => {
  test.each([
    ['ok', 'Ready', [condition('Ready', 'True', 'Reconciled')]],
    ['busy', 'In progress', [condition('Ready', 'False', 'Reconciling')]],
    ['busy', 'Changing', [condition('Ready', 'True', 'Reconciled'), condition('Progressing', 'True', 'Reconciling')]],
    ['bad', 'Failed', [condition('Ready', 'False', 'OperationFailed')]],
    ['bad', 'Blocked', [condition('Ready', 'False', 'Blocked')]],
    ['off', 'Paused', [condition('Ready', 'Unknown', 'Paused')]],
    ['bad', 'Drift found', [condition('Ready', 'False', 'DriftFound')]],
    ['busy', 'Pending', []],
  ])('%s %s', (tone, text, conditions) => expect(statusOf(object(conditions))).toMatchObject({ tone, text }))

  test('deletion comes first', () => expect(statusOf(object([condition('Ready', 'True', 'Reconciled')], 'now')).text).toBe('Deleting'))
})

test('a failure that Kore tries again is no end', () => {
  const failure = { code: 'X', message: 'no', owner: 'cloud', retryable: true } as const
  expect(operationStatus({ state: 'failed', action: 'create', failure }).tone).toBe('warn')
  expect(operationStatus({ state: 'failed', action: 'create', failure: { ...failure, retryable: false } }).tone).toBe('bad')
})

test('bars share an axis', () => {
  const operation = {
    createdAt: '2026-01-01T00:00:00Z', startedAt: '2026-01-01T00:00:00Z', state: 'running',
    steps: [
      { startedAt: '2026-01-01T00:00:00Z', endedAt: '2026-01-01T00:00:05Z' },
      { startedAt: '2026-01-01T00:00:05Z' },
      {},
    ],
  } as Operation
  const { total, bars: placed } = bars(operation, new Date('2026-01-01T00:00:10Z'))
  expect(total).toBe(10_000)
  expect(placed).toEqual([{ start: 0, length: 50, took: 5000 }, { start: 50, length: 50, took: 5000 }, { start: 0, length: 0, took: null }])
})
