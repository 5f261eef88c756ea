import type { Failure, Operation } from '@/api/types'
import { operationStatus, type Status } from '@/lib/status'

const VERBS = { create: 'Create', change: 'Change', delete: 'Delete' } as const

/** Kinds whose word for people is another one. */
const NOUNS: Readonly<Record<string, string>> = { CloudAccount: 'account', CloudOrganization: 'cloud' }

/** Whether it is about a cloud, which is the platform's and not a team's. */
export const isOfClouds = ({ kind }: Pick<Operation['target'], 'kind'>): boolean => kind in NOUNS

/** Who asked, for people. */
export const byWords = (requestedBy: string): string => (requestedBy.startsWith('system:') ? 'Kore' : requestedBy.replace(/^user:/, ''))

/** An operation as a title. What Kore begins by itself puts right what came loose. */
export function titleOf({ action, target, requestedBy }: Pick<Operation, 'action' | 'target' | 'requestedBy'>): string {
  const what = `${NOUNS[target.kind] ?? target.kind.toLowerCase()} ${target.name}`
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

/** What an operation is, for people. Kore's own changes put right what came loose. */
export function changeWords({ action, requestedBy, state }: Pick<Operation, 'action' | 'requestedBy' | 'state'>): string {
  const ongoing = state === 'running' || state === 'pending'
  if (state === 'failed') return { create: 'Could not be made', change: 'Could not be changed', delete: 'Could not be deleted' }[action]
  if (action === 'create') return ongoing ? 'Being made' : 'Made'
  if (action === 'delete') return ongoing ? 'Being deleted' : 'Deleted'
  return requestedBy === 'system:controller' ? (ongoing ? 'What came loose is put right' : 'What came loose, put right') : ongoing ? 'Being changed' : 'Changed'
}

/** What is being done to an object, or what was done last to it and failed, of what was done to it. */
export const currentOf = (operations: readonly Operation[], last: string | null | undefined): Operation | undefined =>
  operations.find(({ state }) => state === 'running' || state === 'pending') ?? operations.find(({ id, state }) => id === last && state === 'failed')
