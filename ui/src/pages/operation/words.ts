import type { Operation } from '@/api/types'

const VERBS = { create: 'Create', change: 'Change', delete: 'Delete' } as const

/** Who asked, for people. */
export const byWords = (requestedBy: string): string => (requestedBy.startsWith('system:') ? 'Kore' : requestedBy.replace(/^user:/, ''))

/** An operation as a title. What Kore begins by itself puts right what came loose. */
export function titleOf({ action, target, requestedBy }: Pick<Operation, 'action' | 'target' | 'requestedBy'>): string {
  const what = `${target.kind.toLowerCase()} ${target.name}`
  return action === 'change' && requestedBy.startsWith('system:') ? `Put ${what} right` : `${VERBS[action]} ${what}`
}
