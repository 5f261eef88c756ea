import { useMemo } from 'react'
import { useLiveList, type Live } from '@/api/kube/useLiveList'
import type { ClusterAddress } from '@/api/kubernetes'
import { eventTime } from '@/lib/kube/others'
import type { KubeEventObject, Workload } from '@/lib/kube/types'
import { isOf, workloadStatus, WORKLOADS, type Plural } from '@/lib/kube/workloads'
import type { Status } from '@/lib/status'
import { listPath } from './search'

/** A workload with what kind it is of and how it is. */
export interface Listed extends Workload {
  plural: Plural
  state: Status
  /** The last warning about it or about what it made. */
  warning: string | null
}

/** The last warning about each workload that is not fine. */
function warningOf(plural: Plural, { metadata }: Workload, warnings: readonly KubeEventObject[]): string | null {
  const found = warnings.find(
    ({ involvedObject: { kind, name, namespace } }) => namespace === metadata.namespace && isOf(plural, metadata.name, kind, name),
  )
  return found?.message ?? null
}

const isFine = ({ tone }: Status) => tone === 'ok' || tone === 'off'

/** The workloads of a cluster, or of a namespace, of one kind or of all; with the reason where one is not fine. */
export function useWorkloads(address: ClusterAddress, namespace: string | undefined, kind: Plural | null): Live<Listed> {
  const path = (plural: Plural) => (kind === null || kind === plural ? listPath(WORKLOADS[plural].base, plural, namespace) : null)
  const deployments = useLiveList<Workload>(address, path('deployments'))
  const statefulsets = useLiveList<Workload>(address, path('statefulsets'))
  const daemonsets = useLiveList<Workload>(address, path('daemonsets'))
  const jobs = useLiveList<Workload>(address, path('jobs'))
  const cronjobs = useLiveList<Workload>(address, path('cronjobs'))
  const lists = { deployments, statefulsets, daemonsets, jobs, cronjobs }
  const used = (Object.keys(lists) as Plural[]).filter((plural) => path(plural) !== null)
  const known = used.map((plural) => lists[plural].items)
  const stated = useMemo(
    () =>
      used.flatMap((plural) =>
        [...lists[plural].items].map(([id, workload]) => [id, { ...workload, plural, state: workloadStatus(plural, workload) }] as const),
      ),
    // What is used and its items change together.
    // oxlint-disable-next-line react/exhaustive-deps
    [...known, ...Array.from({ length: 5 - known.length }, () => null), kind],
  )
  // Warnings say why; where all is fine nobody asks.
  const isTrouble = stated.some(([, { state }]) => !isFine(state))
  const events = useLiveList<KubeEventObject>(address, isTrouble ? `${listPath('/api/v1', 'events', namespace)}?fieldSelector=type%3DWarning` : null)
  const warnings = useMemo(() => [...events.items.values()].toSorted((a, b) => eventTime(b).localeCompare(eventTime(a))), [events.items])
  const items = useMemo(
    () => new Map(stated.map(([id, one]): [string, Listed] => [id, { ...one, warning: isFine(one.state) ? null : warningOf(one.plural, one, warnings) }])),
    [stated, warnings],
  )
  const of = used.map((plural) => lists[plural])
  const failed = of.find(({ phase }) => phase === 'failed')
  return {
    items,
    phase: failed ? 'failed' : of.some(({ phase }) => phase === 'loading') ? 'loading' : 'ready',
    error: failed?.error ?? null,
    following: of.some(({ following }) => following === 'no') ? 'no' : of.some(({ following }) => following === 'asks') ? 'asks' : 'watch',
    since: Math.min(...of.map(({ since }) => since)),
    again: () => {
      for (const list of of) if (list.following !== 'watch') list.again()
    },
  }
}
