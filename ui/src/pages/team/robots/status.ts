import type { Robot } from '@/api/kinds/robots'
import type { Status } from '@/lib/status'

/** How a robot is: whether it may do anything, and by what it proves itself. */
export function robotStatus({ spec, status }: Robot): Status {
  if (spec.disabled) return { tone: 'off', text: 'Disabled', message: 'It may do nothing until it is enabled again.' }
  if ((spec.trust?.length ?? 0) === 0 && (status?.tokens ?? 0) === 0)
    return { tone: 'warn', text: 'Cannot sign in', message: 'It trusts nobody and has no token: nothing can act as it.' }
  return { tone: 'ok', text: 'Enabled', message: null }
}

/** By what it proves itself, for people. */
export function proofs({ spec, status }: Robot): string[] {
  const rules = spec.trust?.length ?? 0
  const tokens = status?.tokens ?? 0
  return [
    ...(rules > 0 ? [`${rules} ${rules === 1 ? 'trust' : 'trusts'}`] : []),
    ...(tokens > 0 ? [`${tokens} ${tokens === 1 ? 'token' : 'tokens'}`] : []),
  ]
}
