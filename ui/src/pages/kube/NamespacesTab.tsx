import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useLiveList } from '@/api/kube/useLiveList'
import type { ClusterAddress } from '@/api/kubernetes'
import type { Schema } from '@/api/types'
import { QuotaBars } from '@/components/QuotaBars'
import { Empty } from '@/components/states'
import { StatusLabel } from '@/components/StatusLabel'
import { Time } from '@/components/Time'
import type { KubeNamespace } from '@/lib/kube/types'
import { statusOf, type Status } from '@/lib/status'
import { KubeList, type KubeColumn } from './KubeList'
import { NamespaceLink } from './links'
import { clusterNamespacesQuery } from './names'
import './kube.css'

type Row = KubeNamespace & { kore: Schema<'ClusterNamespace'> | null }

const SYSTEM = /^kube-|^kore-/

const whose = ({ kore, metadata }: Row) => (kore ? 'Kore' : SYSTEM.test(metadata.name) || metadata.name === 'default' ? 'the system' : 'the cluster alone')

function stateOf({ kore, status, metadata }: Row): Status {
  if (status?.phase === 'Terminating' || metadata.deletionTimestamp) {
    const why = status?.conditions?.find((one) => one.status === 'True' && one.type !== 'NamespaceDeletionDiscoveryFailure')?.message
    return { tone: 'busy', text: 'Terminating', message: why ?? null }
  }
  return kore ? statusOf(kore) : { tone: 'ok', text: status?.phase ?? 'Active', message: null }
}

const columns = (address: ClusterAddress): KubeColumn<Row>[] => [
  { title: 'Name', sort: 'name', cell: ({ metadata }) => <NamespaceLink address={address} name={metadata.name} /> },
  { title: 'Status', sort: 'status', by: (row) => stateOf(row).text, cell: (row) => <StatusLabel status={stateOf(row)} /> },
  { title: 'Kept by', sort: 'whose', by: whose, cell: (row) => whose(row) },
  { title: 'Uses of its quota', cell: ({ kore }) => <QuotaBars quota={kore?.status?.quota} /> },
  { title: 'Pods', cell: ({ metadata }) => <Link to="/teams/$team/clusters/$cluster/pods" params={{ ...address }} search={{ namespace: metadata.name }}>pods</Link> },
  { title: 'Created', sort: 'created', by: ({ metadata }) => metadata.creationTimestamp ?? '', cell: ({ metadata }) => <Time at={metadata.creationTimestamp} /> },
]

/** Namespaces of a cluster: those that Kore keeps, with their quotas, and all others. */
export function NamespacesTab() {
  const address = useParams({ from: '/shell/teams/$team/clusters/$cluster' })
  const { team, cluster } = address
  const search = useSearch({ from: '/shell/teams/$team/clusters/$cluster/namespaces' })
  const navigate = useNavigate({ from: '/teams/$team/clusters/$cluster/namespaces' })
  const live = useLiveList<KubeNamespace>(address, '/api/v1/namespaces')
  const kore = useQuery(clusterNamespacesQuery(address))
  const ours = kore.data?.items
  // Whoever may not list the cluster's own sees those that Kore keeps and shows them.
  const isRefused = live.phase === 'failed' && (ours?.length ?? 0) > 0
  const items = useMemo(() => {
    const known = new Map((ours ?? []).map((one) => [one.spec.name, one]))
    const rows = new Map<string, Row>()
    for (const [id, namespace] of live.items) {
      rows.set(id, { ...namespace, kore: known.get(namespace.metadata.name) ?? null })
      known.delete(namespace.metadata.name)
    }
    for (const [name, one] of known) {
      const { uid = name, creationTimestamp } = one.metadata
      rows.set(uid ?? name, { metadata: { name, uid: uid ?? name, creationTimestamp: creationTimestamp ?? undefined }, kore: one })
    }
    return rows
  }, [live.items, ours])
  return (
    <KubeList
      label="Namespaces"
      live={{ ...live, items, phase: isRefused ? 'ready' : live.phase }}
      columns={columns(address)}
      textOf={whose}
      search={search}
      onSearch={(next) => void navigate({ search: next, replace: true })}
      defaultSort="name"
      empty={
        <Empty title="No namespaces" cli={`kore namespace create ${team}/${cluster}/NAME`}>
          A namespace is a part of a cluster with a quota, rules for its network, and people of its own.
        </Empty>
      }
      filters={
        <Link to="/teams/$team/namespaces" params={{ team }} className="kore-kube-aside">
          Make and change namespaces
        </Link>
      }
    />
  )
}
