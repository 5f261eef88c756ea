import type { Condition, Enveloped, Operation, Step } from '@/api/types'

/** How something is, in five words that have colours and signs. */
export type Tone = 'ok' | 'busy' | 'warn' | 'bad' | 'off'

export interface Status {
  tone: Tone
  /** One or two words. */
  text: string
  /** Why, for people. */
  message: string | null
}

/** An object that says how it is by conditions. */
export interface Observed extends Enveloped {
  status?: { conditions?: Condition[]; observedGeneration?: number | null }
}

/** `ClusterReady` as "Cluster ready". */
export function words(camel: string): string {
  const spaced = camel.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/([A-Z])([A-Z][a-z])/g, '$1 $2').toLowerCase()
  return spaced.charAt(0).toUpperCase() + spaced.slice(1)
}

const find = (conditions: readonly Condition[], type: string) => conditions.find((condition) => condition.type === type)

/** How an object with conditions is, from `Ready`, `Progressing` and `Blocked`. */
export function statusOf(object: Observed): Status {
  const conditions = object.status?.conditions ?? []
  const ready = find(conditions, 'Ready')
  const progressing = find(conditions, 'Progressing')
  const message = ready?.message || null
  if (object.metadata.deletionTimestamp) return { tone: 'busy', text: 'Deleting', message: progressing?.message || message }
  if (!ready) return { tone: 'busy', text: 'Pending', message: 'Nobody has looked at it yet.' }
  if (ready.reason === 'Blocked') return { tone: 'bad', text: 'Blocked', message }
  if (ready.reason === 'Paused') return { tone: 'off', text: 'Paused', message: message ?? 'Nobody changes anything while it is paused.' }
  if (ready.reason === 'OperationFailed') return { tone: 'bad', text: 'Failed', message }
  if (ready.reason === 'Reconciling' || progressing?.status === 'True') {
    const text = ready.status === 'True' ? 'Changing' : 'In progress'
    return { tone: 'busy', text, message: progressing?.message || message }
  }
  if (ready.status === 'True') return { tone: 'ok', text: 'Ready', message }
  if (ready.status === 'Unknown') return { tone: 'warn', text: 'Unknown', message }
  return { tone: 'bad', text: words(ready.reason || 'NotReady'), message }
}

/** How an operation is. */
export function operationStatus({ state, failure, action }: Pick<Operation, 'state' | 'failure' | 'action'>): Status {
  const message = failure?.message ?? null
  switch (state) {
    case 'pending':
      return { tone: 'busy', text: 'Pending', message }
    case 'running':
      return { tone: 'busy', text: { create: 'Creating', change: 'Changing', delete: 'Deleting' }[action], message }
    case 'failed':
      return failure?.retryable ? { tone: 'warn', text: 'Trying again', message } : { tone: 'bad', text: 'Failed', message }
    case 'superseded':
      return { tone: 'off', text: 'Superseded', message: 'A newer change took over.' }
    case 'done':
      return { tone: 'ok', text: 'Done', message }
  }
}

/** How a step is. */
export function stepStatus(state: Step['state']): Status {
  const known: Record<Step['state'], Status> = {
    pending: { tone: 'off', text: 'Not begun', message: null },
    running: { tone: 'busy', text: 'Running', message: null },
    retrying: { tone: 'warn', text: 'Retrying', message: null },
    failed: { tone: 'bad', text: 'Failed', message: null },
    done: { tone: 'ok', text: 'Done', message: null },
    skipped: { tone: 'off', text: 'Nothing to do', message: null },
  }
  return known[state]
}
