import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { poolsQuery, type AddressPool, type PoolRanges } from '@/api/kinds/addresses'
import { ActionButton, ActionItem } from '@/components/ActionButton'
import { ActionMenu } from '@/components/ActionMenu'
import { ResourceList, type Column } from '@/components/list/ResourceList'
import { PageFrame } from '@/components/PageFrame'
import { providerTitle } from '@/components/providers'
import { Empty } from '@/components/states'
import { TabLinks } from '@/components/TabLinks'
import { Time } from '@/components/Time'
import { DeletePool } from './DeletePool'
import { PoolForm } from './PoolForm'
import { TABS } from './tabs'

const COLUMNS: readonly Column<AddressPool>[] = [
  { title: 'Name', sort: 'name', cell: (pool) => <Name pool={pool} /> },
  { title: 'For', sort: 'provider', cell: ({ spec }) => [providerTitle(spec.provider), spec.region, spec.stage].filter(Boolean).join(', ') },
  { title: 'Pods', cell: ({ spec }) => <Ranges ranges={spec.pod} /> },
  { title: 'Services', cell: ({ spec }) => <Ranges ranges={spec.service} /> },
  { title: 'Nodes', cell: ({ spec }) => <Ranges ranges={spec.node} /> },
  { title: 'Created', sort: 'created', cell: ({ metadata }) => <Time at={metadata.creationTimestamp} /> },
]

const FILTERS = [{ field: 'name', label: 'Name' }] as const

/** Where clusters take their address ranges from. */
export function AddressPoolsPage() {
  const search = useSearch({ from: '/shell/admin/address-pools' })
  const navigate = useNavigate({ from: '/admin/address-pools' })
  const [editing, setEditing] = useState<{ pool: AddressPool | null } | null>(null)
  const [deleting, setDeleting] = useState<AddressPool | null>(null)
  const create = (
    <ActionButton permission="address.write" onClick={() => setEditing({ pool: null })}>
      Create pool
    </ActionButton>
  )
  return (
    <PageFrame title="Address pools" lead="Where clusters take their address ranges from. No two ranges that are handed out overlap, whichever pools they are of." actions={create}>
      <TabLinks label="Addresses" tabs={TABS} />
      <ResourceList
        label="Address pools"
        columns={COLUMNS}
        idOf={(pool) => pool.metadata.uid ?? pool.metadata.name}
        query={poolsQuery}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        filters={FILTERS}
        defaultSort="name"
        empty={
          <Empty title="No address pools yet" action={create} cli="kore address-pool create NAME --pods 100.88.0.0/14:20 --services 100.92.0.0/15:22">
            Without a pool no cluster gets addresses.
          </Empty>
        }
        actions={(pool) => (
          <ActionMenu label={`Actions of ${pool.metadata.name}`}>
            <ActionItem permission="address.write" onClick={() => setEditing({ pool })}>
              Change…
            </ActionItem>
            <ActionItem permission="address.write" isDanger onClick={() => setDeleting(pool)}>
              Delete…
            </ActionItem>
          </ActionMenu>
        )}
      />
      {editing && <PoolForm pool={editing.pool} onClose={() => setEditing(null)} />}
      {deleting && <DeletePool pool={deleting} onClose={() => setDeleting(null)} />}
    </PageFrame>
  )
}

function Name({ pool: { metadata, spec } }: { pool: AddressPool }) {
  return (
    <>
      <Link to="/admin/address-pools/reservations" search={{ filter: `pool=${metadata.name}` }}>
        {metadata.name}
      </Link>
      {spec.description && <span className="kore-second">{spec.description}</span>}
    </>
  )
}

/** Networks, the size of what is handed out, and how many of those there are. */
function Ranges({ ranges }: { ranges: PoolRanges | null | undefined }) {
  if (!ranges) return <>–</>
  const many = ranges.cidrs.reduce((sum, cidr) => sum + 2 ** Math.max(0, ranges.prefix - Number(cidr.split('/')[1] ?? 32)), 0)
  return (
    <>
      {ranges.cidrs.join(', ')}
      <span className="kore-second">
        {many} of /{ranges.prefix}
      </span>
    </>
  )
}
