import type { Status } from '../status'
import type { Template, Thing, Workload } from './types'

/** A workload's kind, as paths of the console and of Kubernetes have it. */
export const WORKLOADS = {
  deployments: { kind: 'Deployment', base: '/apis/apps/v1', short: 'deploy' },
  statefulsets: { kind: 'StatefulSet', base: '/apis/apps/v1', short: 'sts' },
  daemonsets: { kind: 'DaemonSet', base: '/apis/apps/v1', short: 'ds' },
  jobs: { kind: 'Job', base: '/apis/batch/v1', short: 'job' },
  cronjobs: { kind: 'CronJob', base: '/apis/batch/v1', short: 'cronjob' },
} as const

export type Plural = keyof typeof WORKLOADS
export const PLURALS = Object.keys(WORKLOADS) as Plural[]
export const isPlural = (text: string): text is Plural => text in WORKLOADS

/** What a workload makes pods from. */
export const templateOf = ({ spec }: Workload): Template | undefined => spec.template ?? spec.jobTemplate?.spec.template

export const imagesOf = (workload: Workload): string[] => [
  ...new Set((templateOf(workload)?.spec.containers ?? []).map(({ image }) => image ?? '').filter(Boolean)),
]

/** How many there are and how many there should be; null where that means nothing. */
export function counts(plural: Plural, { spec, status }: Workload): { ready: number; wanted: number } | null {
  switch (plural) {
    case 'deployments':
    case 'statefulsets':
      return { ready: status?.readyReplicas ?? 0, wanted: spec.replicas ?? 1 }
    case 'daemonsets':
      return { ready: status?.numberReady ?? 0, wanted: status?.desiredNumberScheduled ?? 0 }
    case 'jobs':
      return { ready: status?.succeeded ?? 0, wanted: spec.completions ?? spec.parallelism ?? 1 }
    case 'cronjobs':
      return null
  }
}

const condition = (workload: Workload, type: string) => workload.status?.conditions?.find((one) => one.type === type)

function setStatus(plural: Plural, workload: Workload): Status {
  const { ready, wanted } = counts(plural, workload) ?? { ready: 0, wanted: 0 }
  const { spec, status, metadata } = workload
  const updated = status?.updatedReplicas ?? status?.updatedNumberScheduled ?? 0
  const failure = condition(workload, 'ReplicaFailure')
  if (failure?.status === 'True') return { tone: 'bad', text: 'Failing', message: failure.message ?? null }
  const progress = condition(workload, 'Progressing')
  if (progress?.status === 'False') return { tone: 'bad', text: 'Stuck', message: progress.message ?? null }
  if (spec.paused) return { tone: 'off', text: 'Paused', message: 'Changes of it are not rolled out while it is paused.' }
  if (wanted === 0 && ready === 0) return { tone: 'off', text: plural === 'daemonsets' ? 'No nodes' : 'Scaled to 0', message: null }
  if ((status?.observedGeneration ?? 0) < (metadata.generation ?? 0) || updated < wanted) {
    return { tone: 'busy', text: 'Rolling out', message: `${updated} of ${wanted} are of the newest version.` }
  }
  if (ready < wanted) {
    const available = condition(workload, 'Available')
    return { tone: 'warn', text: 'Not ready', message: available?.status === 'False' ? (available.message ?? null) : `${ready} of ${wanted} are ready.` }
  }
  return { tone: 'ok', text: 'Ready', message: null }
}

function jobStatus(workload: Workload): Status {
  const failed = condition(workload, 'Failed')
  if (failed?.status === 'True') return { tone: 'bad', text: 'Failed', message: failed.message ?? null }
  if (condition(workload, 'Complete')?.status === 'True') return { tone: 'off', text: 'Complete', message: null }
  if (workload.spec.suspend) return { tone: 'off', text: 'Suspended', message: null }
  const { active, failed: failures = 0 } = workload.status ?? {}
  const message = failures > 0 ? `${failures} pods of it have failed so far.` : null
  return { tone: failures > 0 ? 'warn' : 'busy', text: active ? 'Running' : 'Starting', message }
}

/** How a workload is. */
export function workloadStatus(plural: Plural, workload: Workload): Status {
  if (workload.metadata.deletionTimestamp) return { tone: 'busy', text: 'Deleting', message: null }
  if (plural === 'jobs') return jobStatus(workload)
  if (plural !== 'cronjobs') return setStatus(plural, workload)
  if (workload.spec.suspend) return { tone: 'off', text: 'Suspended', message: 'It starts no jobs while it is suspended.' }
  const { active } = workload.status ?? {}
  return Array.isArray(active) && active.length > 0
    ? { tone: 'busy', text: 'Running', message: `${active.length} jobs of it run.` }
    : { tone: 'ok', text: 'Scheduled', message: null }
}

/** Whether a name is of something that a workload of this name and kind has made: a replica set, a job, a pod. */
export function isOf(plural: Plural, workload: string, kind: string | undefined, name: string | undefined): boolean {
  if (!kind || !name) return false
  if (kind === WORKLOADS[plural].kind) return name === workload
  const rest = name.startsWith(`${workload}-`) ? name.slice(workload.length + 1) : null
  if (rest === null) return false
  const shapes: Record<Plural, readonly [kind: string, rest: RegExp][]> = {
    deployments: [['ReplicaSet', /^[a-z0-9]{5,10}$/], ['Pod', /^[a-z0-9]{5,10}-[a-z0-9]{5}$/]],
    statefulsets: [['Pod', /^\d+$/]],
    daemonsets: [['Pod', /^[a-z0-9]{5}$/]],
    jobs: [['Pod', /^(\d+-)?[a-z0-9]{5}$/]],
    cronjobs: [['Job', /^\d+$/], ['Pod', /^\d+-[a-z0-9]{5}$/]],
  }
  return shapes[plural].some(([one, shape]) => one === kind && shape.test(rest))
}

/** The patch that makes every pod of a workload anew, as `kubectl rollout restart` sends it. */
export const restartPatch = (at: Date) => ({
  spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': at.toISOString().replace(/\.\d+/, '') } } } },
})

export const canRestart = (plural: Plural): boolean => plural === 'deployments' || plural === 'statefulsets' || plural === 'daemonsets'
export const canScale = (plural: Plural): boolean => plural === 'deployments' || plural === 'statefulsets'

/** Who made it, if somebody did. */
export const ownerOf = ({ metadata }: Thing) => metadata.ownerReferences?.find(({ controller }) => controller)

/** The workload that a pod is of: replica sets are their deployments' own affair. */
export function makerOf(pod: Thing): { kind: string; name: string } | undefined {
  const owner = ownerOf(pod)
  const hash = pod.metadata.labels?.['pod-template-hash']
  if (owner?.kind !== 'ReplicaSet' || !hash || !owner.name.endsWith(`-${hash}`)) return owner
  return { kind: 'Deployment', name: owner.name.slice(0, -hash.length - 1) }
}
