import type { Status } from '../status'
import type { KubeEventObject, KubeNode } from './types'

/** How a node is: ready, and what speaks against it. */
export function nodeStatus({ spec, status, metadata }: KubeNode): Status {
  const conditions = status?.conditions ?? []
  const ready = conditions.find(({ type }) => type === 'Ready')
  const pressed = conditions.filter(({ type, status: is }) => type !== 'Ready' && is === 'True')
  const message = pressed.map(({ type, message: why }) => why || type).join(' · ') || null
  if (metadata.deletionTimestamp) return { tone: 'busy', text: 'Deleting', message: null }
  if (!ready || ready.status === 'Unknown') return { tone: 'bad', text: 'Unknown', message: ready?.message ?? 'Its kubelet has said nothing yet.' }
  if (ready.status !== 'True') return { tone: 'bad', text: 'Not ready', message: ready.message ?? null }
  if (pressed.length > 0) return { tone: 'warn', text: pressed[0]?.type ?? 'Under pressure', message }
  if (spec.unschedulable) return { tone: 'off', text: 'Takes no pods', message: 'It is cordoned: pods on it stay, and no new ones come.' }
  return { tone: 'ok', text: 'Ready', message: null }
}

/** When an event was last seen. */
export const eventTime = ({ series, lastTimestamp, eventTime: at, firstTimestamp, metadata }: KubeEventObject): string =>
  series?.lastObservedTime ?? lastTimestamp ?? at ?? firstTimestamp ?? metadata.creationTimestamp ?? ''

export const eventCount = ({ series, count }: KubeEventObject): number => series?.count ?? count ?? 1

/** Where the console shows an object of Kubernetes, within a cluster's pages; null where it does not. */
export function placeOf(kind: string | undefined, namespace: string | undefined, name: string | undefined): string | null {
  if (!kind || !name) return null
  const workloads: Record<string, string> = {
    Deployment: 'deployments', StatefulSet: 'statefulsets', DaemonSet: 'daemonsets', Job: 'jobs', CronJob: 'cronjobs',
  }
  const plural = workloads[kind]
  if (kind === 'Node') return `nodes/${encodeURIComponent(name)}`
  if (!namespace) return null
  if (kind === 'Pod') return `pods/${namespace}/${encodeURIComponent(name)}`
  return plural ? `workloads/${plural}/${namespace}/${encodeURIComponent(name)}` : null
}
