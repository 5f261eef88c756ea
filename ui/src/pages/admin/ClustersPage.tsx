import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { clustersQuery } from '@/api/kinds/clusters'
import type { Cluster } from '@/api/types'
import { ActionItem } from '@/components/ActionButton'
import { ActionMenu } from '@/components/ActionMenu'
import { ResourceList, type Column } from '@/components/list/ResourceList'
import { ObjectState } from '@/components/ObjectState'
import { PageFrame } from '@/components/PageFrame'
import { Empty } from '@/components/states'
import { Time } from '@/components/Time'
import { regionOf } from '@/pages/cluster/form/site'
import { DeleteCluster } from '../team/DeleteCluster'

const COLUMNS: readonly Column<Cluster>[] = [
  { title: 'Name', sort: 'name', cell: (cluster) => <Name cluster={cluster} /> },
  { title: 'Team', sort: 'team', cell: ({ metadata: { team } }) => <Team team={team ?? ''} /> },
  { title: 'Status', sort: 'ready', cell: (cluster) => <ObjectState object={cluster} /> },
  { title: 'Plan', sort: 'plan', cell: ({ spec: { plan } }) => <Plan {...plan} /> },
  { title: 'Kubernetes', sort: 'version', cell: ({ status }) => status?.kubernetesVersion ?? '–' },
  { title: 'Nodes', cell: ({ status }) => <Nodes nodes={status?.nodes} /> },
  { title: 'Created', sort: 'created', cell: ({ metadata }) => <Time at={metadata.creationTimestamp} /> },
]

const FILTERS = [
  { field: 'name', label: 'Name' },
  { field: 'team', label: 'Team' },
  { field: 'plan', label: 'Plan' },
  { field: 'ready', label: 'Ready', options: [{ value: 'True', label: 'yes' }, { value: 'False', label: 'no' }, { value: 'Unknown', label: 'unknown' }] },
] as const

/** The clusters of all teams, as they change. */
export function ClustersPage() {
  const search = useSearch({ from: '/shell/admin/clusters' })
  const navigate = useNavigate({ from: '/admin/clusters' })
  const [deleting, setDeleting] = useState<Cluster | null>(null)
  return (
    <PageFrame title="Clusters" lead="The clusters of all teams.">
      <ResourceList
        label="Clusters"
        columns={COLUMNS}
        idOf={(cluster) => cluster.metadata.uid ?? cluster.metadata.name}
        query={(parameters) => clustersQuery(null, parameters)}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        filters={FILTERS}
        defaultSort="name"
        empty={
          <Empty title="No clusters yet" action={<Link to="/admin/teams">Choose a team to make one for</Link>} cli="kore cluster create TEAM/NAME --plan PLAN">
            A cluster is a Kubernetes of a team’s own, made from a plan.
          </Empty>
        }
        actions={(cluster) => (
          <ActionMenu label={`Actions of ${cluster.metadata.team}/${cluster.metadata.name}`}>
            <ActionItem
              permission="cluster.delete"
              team={cluster.metadata.team ?? undefined}
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

function Name({ cluster: { metadata, status } }: { cluster: Cluster }) {
  const region = regionOf(status?.parameters)
  return (
    <>
      <Link to="/teams/$team/clusters/$cluster" params={{ team: metadata.team ?? '', cluster: metadata.name }}>
        {metadata.name}
      </Link>
      {region && <span className="kore-second">{region}</span>}
    </>
  )
}

function Team({ team }: { team: string }) {
  return (
    <Link to="/teams/$team" params={{ team }}>
      {team}
    </Link>
  )
}

function Plan({ name, version }: { name: string; version?: number | null }) {
  return (
    <Link to="/admin/plans/$plan" params={{ plan: name }} search={{ version: version ?? undefined }}>
      {name}
      {version ? ` v${version}` : ''}
    </Link>
  )
}

function Nodes({ nodes }: { nodes: { ready: number; desired: number } | null | undefined }) {
  if (!nodes) return <>–</>
  return <>{nodes.ready === nodes.desired ? nodes.ready : `${nodes.ready} of ${nodes.desired}`}</>
}
