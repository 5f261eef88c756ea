import type { CloudOrganization, PurposeCheck } from '@/api/kinds/clouds'
import { statusOf, type Status } from '@/lib/status'

/** A check that was asked for, and whose answer is not there yet. */
export const isChecking = ({ metadata, status }: CloudOrganization): boolean => {
  const asked = metadata.annotations?.['kore.internal/retry']
  return asked !== undefined && asked !== status?.checkedFor
}

/** How an organisation is, in words. */
export function cloudStatus(cloud: CloudOrganization): Status {
  const known = statusOf(cloud)
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
