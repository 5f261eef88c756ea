import { expect, test } from 'vitest'
import type { CloudOrganization } from '@/api/kinds/clouds'
import { cloudStatus, isChecking } from './words'

const cloud = (status: CloudOrganization['status'], asked?: string, paused = false) =>
  ({
    metadata: { name: 'acme', generation: 1, ...(asked && { annotations: { 'kore.internal/retry': asked } }) },
    spec: { provider: 'aws', paused },
    status,
  }) as unknown as CloudOrganization

const ready = (status: string, reason: string, checkedFor?: string) =>
  ({ conditions: [{ type: 'Ready', status, reason, message: 'because', lastTransitionTime: '' }], checkedFor }) as unknown as CloudOrganization['status']

test('a check is under way until its own answer is there', () => {
  expect(isChecking(cloud(ready('True', 'Reconciled')))).toBe(false)
  expect(isChecking(cloud(ready('True', 'Reconciled', 'one'), 'two'))).toBe(true)
  expect(isChecking(cloud(ready('True', 'Reconciled', 'two'), 'two'))).toBe(false)
  expect(cloudStatus(cloud(ready('True', 'Reconciled', 'one'), 'two')).text).toBe('Checking')
  expect(cloudStatus(cloud(ready('Unknown', 'Paused', 'one'), 'two', true)).text).toBe('Paused')
})

test('what nobody looked at is never shown as good', () => {
  expect(cloudStatus(cloud(ready('Unknown', 'NotChecked')))).toMatchObject({ tone: 'warn', text: 'Not checked', message: 'because' })
  expect(cloudStatus(cloud(ready('Unknown', 'CheckFailed')))).toMatchObject({ tone: 'warn', text: 'Check failed' })
  expect(cloudStatus(cloud(ready('False', 'AccessLost')))).toMatchObject({ tone: 'bad', text: 'Access lost' })
  expect(cloudStatus(cloud(ready('True', 'Reconciled')))).toMatchObject({ tone: 'ok', text: 'Ready' })
})
