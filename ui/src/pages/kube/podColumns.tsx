import type { ClusterAddress } from '@/api/kubernetes'
import { StatusLabel } from '@/components/StatusLabel'
import { Time } from '@/components/Time'
import { podState } from '@/lib/kube/pods'
import type { Pod } from '@/lib/kube/types'
import type { KubeColumn } from './KubeList'
import { NamespaceLink, NodeLink, PodLink } from './links'

/** Trouble first, then what is under way. */
const WEIGHTS = { bad: 0, warn: 1, busy: 2, ok: 3, off: 4 } as const

export const podColumns = (address: ClusterAddress, hasNamespace: boolean): KubeColumn<Pod>[] => [
  { title: 'Name', sort: 'name', cell: ({ metadata }) => <PodLink address={address} namespace={metadata.namespace ?? ''} name={metadata.name} /> },
  ...(hasNamespace
    ? [{ title: 'Namespace', sort: 'namespace', by: ({ metadata }: Pod) => metadata.namespace ?? '', cell: ({ metadata }: Pod) => <NamespaceLink address={address} name={metadata.namespace ?? ''} /> }]
    : []),
  { title: 'Status', sort: 'status', by: (pod) => `${WEIGHTS[podState(pod).tone]} ${podState(pod).text}`, cell: (pod) => <PodStatus pod={pod} /> },
  { title: 'Ready', cell: (pod) => `${podState(pod).ready}/${podState(pod).containers}`, narrow: true, isNumber: true },
  { title: 'Restarts', sort: 'restarts', by: (pod) => podState(pod).restarts, cell: (pod) => <Restarts pod={pod} />, isNumber: true },
  { title: 'Node', sort: 'node', by: ({ spec }) => spec.nodeName ?? '', cell: ({ spec }) => <NodeLink address={address} name={spec.nodeName} /> },
  { title: 'Created', sort: 'created', by: ({ metadata }) => metadata.creationTimestamp ?? '', cell: ({ metadata }) => <Time at={metadata.creationTimestamp} /> },
]

/** The status, and beside it why when it is not fine. */
export function PodStatus({ pod }: { pod: Pod }) {
  const state = podState(pod)
  const tells = (state.tone === 'bad' || state.tone === 'warn') && state.message !== null
  return (
    <>
      <StatusLabel status={{ ...state, message: tells ? null : state.message }} />
      {tells && <span className="kore-second kore-kube-why">{state.message}</span>}
    </>
  )
}

function Restarts({ pod }: { pod: Pod }) {
  const { restarts, restartedAt } = podState(pod)
  if (restarts === 0) return <>0</>
  return (
    <>
      {restarts} {restartedAt && <span className="kore-second"><Time at={restartedAt} /></span>}
    </>
  )
}
