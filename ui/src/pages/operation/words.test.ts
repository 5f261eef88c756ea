import { expect, test } from 'vitest'
import type { Operation } from '@/api/types'
import { changeWords, currentOf, titleOf } from './words'

const operation = (more: Partial<Operation>): Operation => ({
  id: '1', action: 'create', state: 'done', createdAt: '', requestedBy: 'user:ana', parameters: {}, steps: [],
  target: { kind: 'CloudAccount', name: 'sandbox', team: 'payments', uid: 'u', generation: 1 }, ...more,
})

test('what is done to clouds has the words of people', () => {
  expect(titleOf(operation({}))).toBe('Create account sandbox')
  const cloud = operation({ action: 'change', target: { kind: 'CloudOrganization', name: 'acme', uid: 'u', generation: 1 } })
  expect(titleOf(cloud)).toBe('Change cloud acme')
  expect(titleOf({ ...cloud, requestedBy: 'system:controller' })).toBe('Put cloud acme right')
})

test('what failed is not said to be done', () => {
  expect([changeWords(operation({})), changeWords(operation({ state: 'running' })), changeWords(operation({ state: 'failed' }))]).toEqual(['Made', 'Being made', 'Could not be made'])
})

test('what is under way comes before what failed, and what failed counts only while it is the last', () => {
  const [running, failed] = [operation({ id: 'r', state: 'running' }), operation({ id: 'f', state: 'failed' })]
  expect(currentOf([failed, running], 'f')?.id).toBe('r')
  expect(currentOf([failed], 'f')?.id).toBe('f')
  expect(currentOf([failed], 'other')).toBeUndefined()
  expect(currentOf([operation({})], '1')).toBeUndefined()
})
