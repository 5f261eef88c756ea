import type { Operation } from '@/api/types'
import { eventCount, eventTime } from '@/lib/kube/others'
import type { KubeEventObject } from '@/lib/kube/types'
import { operationStatus, type Status } from '@/lib/status'

/** Something that happened in or to a cluster. */
export interface Happening {
  metadata: { name: string; uid: string }
  at: string
  from: 'Kubernetes' | 'Kore'
  status: Status
  of: { kind?: string; namespace?: string; name?: string }
  message: string
  times: number
  operation: string | null
}

const ofEvent = (event: KubeEventObject): Happening => ({
  metadata: { name: event.metadata.name, uid: event.metadata.uid ?? event.metadata.name },
  at: eventTime(event),
  from: 'Kubernetes',
  status: { tone: event.type === 'Warning' ? 'warn' : 'off', text: event.reason ?? event.type ?? '', message: null },
  of: event.involvedObject,
  message: event.message ?? '',
  times: eventCount(event),
  operation: null,
})

const VERBS = { create: 'Make', change: 'Change', delete: 'Delete' } as const

function ofOperation(operation: Operation): Happening {
  const { id, action, target, requestedBy, createdAt, endedAt, failure } = operation
  const by = requestedBy.replace(/^user:/, '')
  return {
    metadata: { name: id, uid: id },
    at: endedAt ?? createdAt,
    from: 'Kore',
    status: { ...operationStatus(operation), message: null },
    of: { kind: target.kind, name: target.name },
    message: `${VERBS[action]} ${target.kind.toLowerCase()} ${target.name}, asked for by ${by}${failure ? `: ${failure.message}` : ''}`,
    times: 1,
    operation: id,
  }
}

/** What Kubernetes and Kore tell of a cluster, by id; lists sort them by their time. */
export function merged(events: Iterable<KubeEventObject>, operations: readonly Operation[]): Map<string, Happening> {
  const all = new Map<string, Happening>()
  for (const event of events) {
    const one = ofEvent(event)
    all.set(one.metadata.uid, one)
  }
  for (const operation of operations) all.set(operation.id, ofOperation(operation))
  return all
}
