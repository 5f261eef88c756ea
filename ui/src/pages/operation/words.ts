import type { Failure, Operation } from '@/api/types'
import { operationStatus, type Status } from '@/lib/status'

const VERBS = { create: 'Create', change: 'Change', delete: 'Delete' } as const

/** Who asked, for people. */
export const byWords = (requestedBy: string): string => (requestedBy.startsWith('system:') ? 'Kore' : requestedBy.replace(/^user:/, ''))

/** An operation as a title. What Kore begins by itself puts right what came loose. */
export function titleOf({ action, target, requestedBy }: Pick<Operation, 'action' | 'target' | 'requestedBy'>): string {
  const what = `${target.kind.toLowerCase()} ${target.name}`
  return action === 'change' && requestedBy.startsWith('system:') ? `Put ${what} right` : `${VERBS[action]} ${what}`
}

/** What is wrong with an operation: why it failed, or for what a step is tried again and again while it runs. */
export function troubleOf({ state, failure, steps }: Pick<Operation, 'state' | 'failure' | 'steps'>): Failure | null {
  if (state === 'failed') return failure ?? null
  if (state !== 'running') return null
  return steps.find((step) => step.state === 'retrying' && step.failure)?.failure ?? null
}

/** How an operation is; one that runs against a wall says so. */
export function standOf(operation: Pick<Operation, 'state' | 'failure' | 'steps' | 'action'>): Status {
  const trouble = troubleOf(operation)
  if (operation.state === 'running' && trouble) return { tone: 'warn', text: 'Trying again', message: trouble.message }
  return operationStatus(operation)
}
