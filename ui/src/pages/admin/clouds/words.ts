import type { CloudOrganization, PurposeCheck } from '@/api/kinds/clouds'
import { statusOf, words, type Status } from '@/lib/status'

/** A check that was asked for, and whose answer is not there yet. */
export const isChecking = ({ metadata, status }: CloudOrganization): boolean => {
  const asked = metadata.annotations?.['kore.internal/retry']
  return asked !== undefined && asked !== status?.checkedFor
}

const kept = ({ status }: CloudOrganization) => status?.conditions?.find(({ type }) => type === 'Kept')

/** Whether what Kore keeps there is as it should be; null before a rule or an account needs anything. */
export function keptStatus(cloud: CloudOrganization): Status | null {
  const condition = kept(cloud)
  if (!condition) return null
  const message = condition.message || null
  if (condition.status === 'True') return { tone: 'ok', text: 'As it should be', message }
  if (condition.reason === 'OperationFailed') return { tone: 'bad', text: 'Failed', message }
  if (condition.reason === 'Deleting') return { tone: 'busy', text: 'Deleting', message }
  if (condition.reason === 'Reconciling') return { tone: 'busy', text: 'In progress', message }
  return { tone: 'warn', text: words(condition.reason), message }
}

/** What goes and what stays when an organisation is forgotten: a line each. */
export const forgottenWords = (cloud: CloudOrganization): string[] => [
  kept(cloud) ? 'The unit, the guardrails and the roles of accounts that Kore made there are deleted; then Kore forgets it.' : 'Kore forgets it. It has made nothing there yet.',
  'The roles that your cloud team made for Kore stay until they remove them.',
  'Its accounts and account rules must go first.',
]

/** How an organisation is, in words. */
export function cloudStatus(cloud: CloudOrganization): Status {
  const known = statusOf(cloud)
  if (cloud.metadata.deletionTimestamp) return { ...known, message: kept(cloud)?.message || known.message }
  const reason = cloud.status?.conditions?.find(({ type }) => type === 'Ready')?.reason
  if (isChecking(cloud) && !cloud.spec.paused) return { tone: 'busy', text: 'Checking', message: null }
  if (reason === 'NotChecked') return { ...known, text: 'Not checked' }
  if (reason === 'CheckFailed') return { ...known, text: 'Check failed' }
  return known
}

const RESULTS: Record<PurposeCheck['result'], Omit<Status, 'message'>> = {
  Verified: { tone: 'ok', text: 'Verified' },
  Missing: { tone: 'bad', text: 'Missing' },
  Unreachable: { tone: 'bad', text: 'Unreachable' },
  NotChecked: { tone: 'warn', text: 'Not checked' },
}

export const checkStatus = ({ result }: PurposeCheck): Status => ({ ...RESULTS[result], message: null })

/** Where a role lives, in words. */
export const placeWords = (place: 'management' | 'account') => (place === 'management' ? 'management account' : 'each account with clusters')
