import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { reservationsQuery, type AddressReservation } from '@/api/kinds/addresses'
import { ActionButton, ActionItem } from '@/components/ActionButton'
import { ActionMenu } from '@/components/ActionMenu'
import { Copy } from '@/components/Copy'
import { ResourceList, type Column } from '@/components/list/ResourceList'
import { PageFrame } from '@/components/PageFrame'
import { Empty } from '@/components/states'
import { TabLinks } from '@/components/TabLinks'
import { Time } from '@/components/Time'
import { Release } from './Release'
import { ReserveRange } from './ReserveRange'
import { TABS } from './tabs'

const COLUMNS: readonly Column<AddressReservation>[] = [
  { title: 'Range', sort: 'cidr', cell: ({ spec }) => <Copy text={spec.cidr} what="range" /> },
  { title: 'Who', sort: 'owner', cell: (reservation) => <Who reservation={reservation} /> },
  { title: 'For', sort: 'purpose', cell: ({ status }) => (status?.purpose === 'external' ? 'outside of Kore' : `${status?.purpose ?? '–'}s`) },
  { title: 'Pool', sort: 'pool', cell: ({ status }) => status?.pool ?? '–' },
  { title: 'Recorded by', cell: ({ status }) => status?.madeBy.replace(/^user:/, '') ?? '–' },
  { title: 'Since', sort: 'created', cell: ({ metadata }) => <Time at={metadata.creationTimestamp} /> },
]

const FILTERS = [
  { field: 'owner', label: 'Who' },
  {
    field: 'purpose',
    label: 'For',
    options: [{ value: 'pod', label: 'pods' }, { value: 'service', label: 'services' }, { value: 'node', label: 'nodes' }, { value: 'external', label: 'outside of Kore' }],
  },
] as const

/** Who has which range of addresses. */
export function ReservationsPage() {
  const search = useSearch({ from: '/shell/admin/address-pools/reservations' })
  const navigate = useNavigate({ from: '/admin/address-pools/reservations' })
  const [adding, setAdding] = useState(false)
  const [releasing, setReleasing] = useState<AddressReservation | null>(null)
  const add = (
    <ActionButton permission="address.write" onClick={() => setAdding(true)}>
      Record a range
    </ActionButton>
  )
  return (
    <PageFrame title="Who has which range" crumbs={[{ text: 'Address pools', to: '/admin/address-pools' }]} lead="Clusters get and give back theirs by themselves. What exists elsewhere is recorded here, so that no cluster gets it." actions={add}>
      <TabLinks label="Addresses" tabs={TABS} />
      <ResourceList
        label="Ranges"
        columns={COLUMNS}
        idOf={(one) => one.metadata.uid ?? one.metadata.name}
        query={reservationsQuery}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        filters={FILTERS}
        defaultSort="cidr"
        empty={
          <Empty title="Nobody has a range" action={add} cli={'kore address-pool reserve 10.20.0.0/16 --note "the office"'}>
            Clusters take ranges when they are made; those of the world outside are recorded by you.
          </Empty>
        }
        actions={(one) => (
          <ActionMenu label={`Actions of ${one.spec.cidr}`}>
            <ActionItem permission="address.write" blocked={one.status?.purpose === 'external' ? null : 'It is a cluster’s, and comes back with it.'} isDanger onClick={() => setReleasing(one)}>
              Release…
            </ActionItem>
          </ActionMenu>
        )}
      />
      {adding && <ReserveRange onClose={() => setAdding(false)} />}
      {releasing && <Release reservation={releasing} onClose={() => setReleasing(null)} />}
    </PageFrame>
  )
}

function Who({ reservation: { spec, status } }: { reservation: AddressReservation }) {
  const [, team, cluster] = /^cluster\/([^/]+)\/(.+)$/.exec(status?.owner ?? '') ?? []
  if (!team || !cluster) return <>{status?.owner ?? spec.note ?? '–'}</>
  return (
    <Link to="/teams/$team/clusters/$cluster" params={{ team, cluster }}>
      {team}/{cluster}
    </Link>
  )
}
