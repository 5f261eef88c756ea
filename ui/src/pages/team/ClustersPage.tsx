import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { clustersQuery } from '@/api/kinds/clusters'
import { offeredPlansQuery } from '@/api/kinds/plans'
import type { Cluster } from '@/api/types'
import { ActionButton, ActionItem } from '@/components/ActionButton'
import { ActionMenu } from '@/components/ActionMenu'
import { ResourceList, type Column } from '@/components/list/ResourceList'
import { ObjectState } from '@/components/ObjectState'
import { PageFrame } from '@/components/PageFrame'
import { Empty } from '@/components/states'
import { Time } from '@/components/Time'
import { statusOf } from '@/lib/status'
import { regionOf } from '@/pages/cluster/form/site'
import { DeleteCluster } from './DeleteCluster'

const COLUMNS: readonly Column<Cluster>[] = [
  { title: 'Name', sort: 'name', cell: (cluster) => <ClusterName cluster={cluster} /> },
  { title: 'Status', sort: 'ready', cell: (cluster) => <ClusterStatus cluster={cluster} /> },
  { title: 'Plan', sort: 'plan', cell: ({ spec: { plan } }) => <PlanVersion plan={plan} /> },
  { title: 'Kubernetes', sort: 'version', cell: (cluster) => <Kubernetes cluster={cluster} /> },
  { title: 'Nodes', cell: ({ status }) => <Nodes nodes={status?.nodes} /> },
  { title: 'Created', sort: 'created', cell: ({ metadata }) => <Time at={metadata.creationTimestamp} /> },
]

const FILTERS = [
  { field: 'name', label: 'Name' },
  { field: 'ready', label: 'Ready', options: [{ value: 'True', label: 'yes' }, { value: 'False', label: 'no' }, { value: 'Unknown', label: 'unknown' }] },
] as const

/** A team's clusters, as they change. */
export function ClustersPage() {
  const { team } = useParams({ from: '/shell/teams/$team' })
  const search = useSearch({ from: '/shell/teams/$team/clusters' })
  const navigate = useNavigate({ from: '/teams/$team/clusters' })
  const [deleting, setDeleting] = useState<Cluster | null>(null)
  const create = (
    <ActionButton permission="cluster.create" team={team} onClick={() => void navigate({ to: '/teams/$team/clusters/new' })}>
      Create cluster
    </ActionButton>
  )
  return (
    <PageFrame title="Clusters" crumbs={[{ text: team, to: '/teams/$team', params: { team } }]} actions={create}>
      <ResourceList
        label="Clusters"
        columns={COLUMNS}
        idOf={(cluster) => cluster.metadata.uid ?? cluster.metadata.name}
        query={(parameters) => clustersQuery(team, parameters)}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        filters={FILTERS}
        defaultSort="name"
        empty={
          <Empty title="No clusters yet" action={create} cli={`kore cluster create ${team}/NAME --plan PLAN`}>
            A cluster is a Kubernetes of your team's own, made from a plan.
          </Empty>
        }
        actions={(cluster) => (
          <ActionMenu label={`Actions of ${cluster.metadata.name}`}>
            <ActionItem
              permission="cluster.delete"
              team={team}
              cluster={cluster.metadata.name}
              blocked={cluster.spec.deletionProtection ? 'It is protected from deletion; take that off in its settings first.' : null}
              isDanger
              onClick={() => setDeleting(cluster)}
            >
              Delete…
            </ActionItem>
          </ActionMenu>
        )}
      />
      {deleting && <DeleteCluster cluster={deleting} onClose={() => setDeleting(null)} />}
    </PageFrame>
  )
}

function ClusterName({ cluster: { metadata, spec, status } }: { cluster: Cluster }) {
  const region = regionOf(status?.parameters)
  return (
    <>
      <Link to="/teams/$team/clusters/$cluster" params={{ team: metadata.team ?? '', cluster: metadata.name }}>
        {metadata.name}
      </Link>
      {region && <span className="kore-second">{region}</span>}
      {spec.deletionProtection && <span className="kore-second">protected from deletion</span>}
    </>
  )
}

/** The status, and why where it is not fine. */
function ClusterStatus({ cluster }: { cluster: Cluster }) {
  const { tone, message } = statusOf(cluster)
  return (
    <>
      <ObjectState object={cluster} />
      {tone !== 'ok' && message && <span className="kore-second">{message}</span>}
    </>
  )
}

/** The plan's version, and that there is a newer one. */
function PlanVersion({ plan: { name, version } }: { plan: Cluster['spec']['plan'] }) {
  const { data } = useQuery(offeredPlansQuery)
  const current = data?.find(({ metadata }) => metadata.name === name)?.spec.currentVersion ?? null
  return (
    <>
      {name}
      {version ? ` v${version}` : ''}
      {version && current && current > version ? <span className="kore-second">v{current} is there</span> : null}
    </>
  )
}

/** The version that the API server reports; and when only a control plane runs, that. */
function Kubernetes({ cluster: { status } }: { cluster: Cluster }) {
  return (
    <>
      {status?.kubernetesVersion ?? '–'}
      {status?.rung?.workloads === false && <span className="kore-second">no pods run: {status.rung.reason}</span>}
    </>
  )
}

function Nodes({ nodes }: { nodes: { ready: number; desired: number } | null | undefined }) {
  if (!nodes) return <>–</>
  return <>{nodes.ready === nodes.desired ? nodes.ready : `${nodes.ready} of ${nodes.desired}`}</>
}
