import { Link } from '@tanstack/react-router'
import type { ClusterAddress } from '@/api/kubernetes'
import { StatusLabel } from '@/components/StatusLabel'
import { Time } from '@/components/Time'
import { counts, imagesOf, WORKLOADS } from '@/lib/kube/workloads'
import type { KubeColumn } from './KubeList'
import { NamespaceLink } from './links'
import type { Listed } from './useWorkloads'

const WEIGHTS = { bad: 0, warn: 1, busy: 2, ok: 3, off: 4 } as const

export const workloadColumns = (address: ClusterAddress, hasNamespace: boolean): KubeColumn<Listed>[] => [
  { title: 'Name', sort: 'name', cell: (one) => <Name address={address} workload={one} /> },
  ...(hasNamespace
    ? [{ title: 'Namespace', sort: 'namespace', by: ({ metadata }: Listed) => metadata.namespace ?? '', cell: ({ metadata }: Listed) => <NamespaceLink address={address} name={metadata.namespace ?? ''} /> }]
    : []),
  { title: 'Status', sort: 'status', by: ({ state }) => `${WEIGHTS[state.tone]} ${state.text}`, cell: (one) => <WorkloadStatus workload={one} /> },
  { title: 'Ready', cell: (one) => <Counts workload={one} />, isNumber: true },
  { title: 'Images', cell: (one) => <Images workload={one} /> },
  { title: 'Created', sort: 'created', by: ({ metadata }) => metadata.creationTimestamp ?? '', cell: ({ metadata }) => <Time at={metadata.creationTimestamp} /> },
]

function Name({ address, workload: { plural, metadata } }: { address: ClusterAddress; workload: Listed }) {
  return (
    <>
      <Link
        to="/teams/$team/clusters/$cluster/workloads/$kind/$namespace/$name"
        params={{ ...address, kind: plural, namespace: metadata.namespace ?? '', name: metadata.name }}
      >
        {metadata.name}
      </Link>
      <span className="kore-second">{WORKLOADS[plural].kind}</span>
    </>
  )
}

function WorkloadStatus({ workload: { state, warning } }: { workload: Listed }) {
  const tells = state.tone !== 'ok' && state.tone !== 'off'
  const why = [warning ?? state.message].filter(Boolean).join(' ')
  return (
    <>
      <StatusLabel status={{ ...state, message: tells && why !== state.message ? state.message : tells ? null : state.message }} />
      {tells && why !== '' && <span className="kore-second kore-kube-why">{why}</span>}
    </>
  )
}

function Counts({ workload }: { workload: Listed }) {
  const count = counts(workload.plural, workload)
  if (!count) {
    const { schedule = '', timeZone } = workload.spec
    return (
      <>
        <code>{schedule}</code>
        {timeZone && <span className="kore-second">{timeZone}</span>}
      </>
    )
  }
  return <>{`${count.ready}/${count.wanted}`}</>
}

/** Images without the registry, which is the same for most; the whole name on hover. */
function Images({ workload }: { workload: Listed }) {
  const [first = '–', ...more] = imagesOf(workload)
  return (
    <span className="kore-kube-images" title={[first, ...more].join('\n')}>
      {first.split('/').at(-1)}
      {more.length > 0 && ` and ${more.length} more`}
    </span>
  )
}
