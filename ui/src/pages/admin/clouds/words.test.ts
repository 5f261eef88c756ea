import { expect, test } from 'vitest'
import type { CloudOrganization } from '@/api/kinds/clouds'
import { cloudStatus, forgottenWords, isChecking, keptStatus } from './words'

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

const keeps = (status: string, reason: string, message = 'because') =>
  cloud({ conditions: [{ type: 'Kept', status, reason, message, lastTransitionTime: '' }] } as unknown as CloudOrganization['status'])

test('what Kore keeps there is not spoken of before it keeps anything', () => {
  expect(keptStatus(cloud(ready('True', 'Reconciled')))).toBeNull()
  expect(forgottenWords(cloud(ready('True', 'Reconciled')))[0]).toContain('nothing there yet')
})

test('what Kore keeps there is as it should be, on its way, or failed', () => {
  expect(keptStatus(keeps('True', 'Reconciled', ''))).toEqual({ tone: 'ok', text: 'As it should be', message: null })
  expect(keptStatus(keeps('False', 'Reconciling'))).toEqual({ tone: 'busy', text: 'In progress', message: 'because' })
  expect(keptStatus(keeps('False', 'OperationFailed'))).toMatchObject({ tone: 'bad', text: 'Failed' })
  expect(forgottenWords(keeps('True', 'Reconciled'))[0]).toContain('are deleted')
})

test('one that is being deleted says how far that is', () => {
  const going = keeps('False', 'Deleting')
  going.metadata.deletionTimestamp = '2026-11-29T12:00:00Z'
  expect(cloudStatus(going)).toMatchObject({ tone: 'busy', text: 'Deleting', message: 'because' })
})
