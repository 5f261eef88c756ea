import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { namespacesQuery, type ClusterNamespace } from '@/api/kinds/namespaces'
import { ActionButton, ActionItem } from '@/components/ActionButton'
import { ActionMenu } from '@/components/ActionMenu'
import { QuotaBars } from '@/components/QuotaBars'
import { ResourceList, type Column } from '@/components/list/ResourceList'
import { PageFrame } from '@/components/PageFrame'
import { Empty } from '@/components/states'
import { StatusLabel } from '@/components/StatusLabel'
import { Time } from '@/components/Time'
import { statusOf } from '@/lib/status'
import { Chips } from './namespaces/Chips'
import { DeleteNamespace } from './namespaces/DeleteNamespace'
import { openingsOf, openingWords } from './namespaces/openings'
import './team.css'

const COLUMNS: readonly Column<ClusterNamespace>[] = [
  { title: 'Name', sort: 'namespace', cell: (one) => <Name namespace={one} /> },
  { title: 'Cluster', sort: 'cluster', cell: (one) => <ClusterLink namespace={one} /> },
  { title: 'Status', sort: 'ready', cell: (one) => <StatusLabel status={statusOf(one)} /> },
  { title: 'Use', sort: 'quota', cell: (one) => <Use namespace={one} /> },
  { title: 'Open', cell: ({ spec }) => <Chips words={openingWords(openingsOf(spec.network))} none="closed" /> },
  { title: 'Created', sort: 'created', cell: ({ metadata }) => <Time at={metadata.creationTimestamp} /> },
]

const SIZES = ['small', 'medium', 'large', 'own'].map((value) => ({ value, label: value }))
const FILTERS = [
  { field: 'namespace', label: 'Name' },
  { field: 'cluster', label: 'Cluster' },
  { field: 'quota', label: 'Size', options: SIZES },
  { field: 'ready', label: 'Ready', options: [{ value: 'True', label: 'yes' }, { value: 'False', label: 'no' }, { value: 'Unknown', label: 'unknown' }] },
] as const

/** Namespaces of all clusters of a team, as they change. */
export function NamespacesPage() {
  const { team } = useParams({ from: '/shell/teams/$team' })
  const search = useSearch({ from: '/shell/teams/$team/namespaces' })
  const navigate = useNavigate({ from: '/teams/$team/namespaces' })
  const [deleting, setDeleting] = useState<ClusterNamespace | null>(null)
  const create = (
    <ActionButton permission="namespace.write" team={team} onClick={() => void navigate({ to: '/teams/$team/namespaces/new' })}>
      Create namespace
    </ActionButton>
  )
  return (
    <PageFrame title="Namespaces" lead="Places in clusters, closed until something opens them, each with a quota." crumbs={[{ text: team, to: '/teams/$team', params: { team } }]} actions={create}>
      <ResourceList
        label="Namespaces"
        columns={COLUMNS}
        idOf={(one) => one.metadata.uid ?? one.metadata.name}
        query={(parameters) => namespacesQuery(team, parameters)}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        filters={FILTERS}
        defaultSort="name"
        empty={
          <Empty title="No namespaces yet" action={create} cli={`kore namespace create ${team}/CLUSTER/NAME`}>
            A namespace is a place in a cluster for one thing that you run, with a quota and a network of its own.
          </Empty>
        }
        actions={(one) => (
          <ActionMenu label={`Actions of ${one.spec.name} in ${one.spec.cluster}`}>
            <ActionItem permission="namespace.write" team={team} cluster={one.spec.cluster} onClick={() => void navigate({ to: '/teams/$team/namespaces/$name/edit', params: { team, name: one.metadata.name } })}>
              Edit
            </ActionItem>
            <ActionItem
              permission="namespace.write"
              team={team}
              cluster={one.spec.cluster}
              blocked={one.spec.deletionProtection ? 'It is protected from deletion: edit it and take that off first.' : null}
              isDanger
              onClick={() => setDeleting(one)}
            >
              Delete…
            </ActionItem>
          </ActionMenu>
        )}
      />
      {deleting && <DeleteNamespace namespace={deleting} onClose={() => setDeleting(null)} />}
    </PageFrame>
  )
}

function Name({ namespace: { metadata, spec } }: { namespace: ClusterNamespace }) {
  return (
    <Link to="/teams/$team/namespaces/$name" params={{ team: metadata.team ?? '', name: metadata.name }}>
      {spec.name}
    </Link>
  )
}

function ClusterLink({ namespace: { metadata, spec } }: { namespace: ClusterNamespace }) {
  return (
    <Link to="/teams/$team/clusters/$cluster" params={{ team: metadata.team ?? '', cluster: spec.cluster }}>
      {spec.cluster}
    </Link>
  )
}

function Use({ namespace: { spec, status } }: { namespace: ClusterNamespace }) {
  return (
    <>
      <span className="kore-second">{spec.quota?.template ?? 'small'}</span>
      <QuotaBars quota={status?.quota} />
    </>
  )
}
