import { useState, type ReactNode } from 'react'
import { elevationsQuery, type Decision, type Elevation } from '@/api/kinds/elevations'
import { ActionItem } from '@/components/ActionButton'
import { ActionMenu } from '@/components/ActionMenu'
import { ResourceList, type Column } from '@/components/list/ResourceList'
import type { ListSearch } from '@/components/list/search'
import { StatusLabel } from '@/components/StatusLabel'
import { Time } from '@/components/Time'
import { withValue } from '@/lib/filter'
import { useWhoAmI } from '@/session/whoami'
import { minutesText } from '../access/scope'
import { ScopeLink } from '../access/ScopeLink'
import { Subject } from '../access/Subject'
import { Decide } from './Decide'
import { elevationStatus, isOpen } from './words'

const COLUMNS: readonly Column<Elevation>[] = [
  { title: 'Who', sort: 'subject', cell: ({ status }) => <Subject subject={status?.subject ?? ''} /> },
  { title: 'State', sort: 'state', cell: (elevation) => <StatusLabel status={elevationStatus(elevation)} /> },
  { title: 'Role', sort: 'role', cell: ({ spec }) => spec.role },
  { title: 'Where', sort: 'team', cell: ({ spec }) => <ScopeLink scope={spec.scope ?? {}} /> },
  { title: 'What for', cell: ({ spec }) => spec.reason },
  { title: 'Ends', cell: (elevation) => <Ends elevation={elevation} /> },
  { title: 'Asked', sort: 'created', cell: ({ metadata }) => <Time at={metadata.creationTimestamp} /> },
]

const STATES = [
  { value: 'requested', label: 'waiting' },
  { value: 'active', label: 'active' },
  { value: 'refused', label: 'refused' },
  { value: 'expired', label: 'over' },
  { value: 'ended', label: 'ended' },
] as const
const FILTERS = [
  { field: 'state', label: 'State', options: STATES },
  { field: 'subject', label: 'Who' },
  { field: 'role', label: 'Role' },
] as const
const WITH_TEAM = [...FILTERS, { field: 'team', label: 'Team' }] as const

interface Props {
  team?: string
  search: ListSearch
  onSearch: (search: ListSearch) => void
  empty: ReactNode
}

/** Roles for a while: asked for, active, over. */
export function ElevationsList({ team, search, onSearch, empty }: Props) {
  const me = useWhoAmI()
  const [deciding, setDeciding] = useState<{ elevation: Elevation; decision: Decision } | null>(null)
  return (
    <>
      <ResourceList
        label="Requests"
        columns={COLUMNS}
        idOf={({ metadata }) => metadata.name}
        query={(parameters) => elevationsQuery(team === undefined ? parameters : { ...parameters, filter: withValue(parameters.filter ?? '', 'team', '=', team) })}
        search={search}
        onSearch={onSearch}
        filters={team === undefined ? WITH_TEAM : FILTERS}
        defaultSort="-created"
        empty={empty}
        actions={(elevation) => <Actions elevation={elevation} me={`user:${me.name}`} onDecide={(decision) => setDeciding({ elevation, decision })} />}
      />
      {deciding && <Decide {...deciding} onClose={() => setDeciding(null)} />}
    </>
  )
}

function Ends({ elevation: { spec, status } }: { elevation: Elevation }) {
  if (status?.state === 'active') return <Time at={status.activeUntil} />
  return status?.state === 'requested' ? <>{minutesText(spec.minutes)} after approval</> : <>–</>
}

function Actions({ elevation, me, onDecide }: { elevation: Elevation; me: string; onDecide: (decision: Decision) => void }) {
  const { spec, status } = elevation
  if (!isOpen(elevation)) return null
  const team = spec.scope?.team ?? undefined
  const isOwn = status?.subject === me
  const waits = status?.state === 'requested'
  const end = isOwn ? { permission: 'elevation.request' } : { permission: 'elevation.decide', team }
  return (
    <ActionMenu label={`Actions of ${spec.role} for ${status?.subject ?? ''}`}>
      {waits && (
        <ActionItem permission="elevation.decide" team={team} blocked={isOwn ? 'Somebody else approves what you ask for.' : null} onClick={() => onDecide('approve')}>
          Approve…
        </ActionItem>
      )}
      {waits && !isOwn && (
        <ActionItem permission="elevation.decide" team={team} isDanger onClick={() => onDecide('refuse')}>
          Refuse…
        </ActionItem>
      )}
      {(isOwn || !waits) && (
        <ActionItem {...end} isDanger onClick={() => onDecide('end')}>
          {waits ? 'Take back…' : 'End…'}
        </ActionItem>
      )}
    </ActionMenu>
  )
}
