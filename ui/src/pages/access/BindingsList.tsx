import { useState, type ReactNode } from 'react'
import { Link } from '@tanstack/react-router'
import { roleBindingsQuery, type RoleBinding } from '@/api/kinds/roleBindings'
import { ActionItem } from '@/components/ActionButton'
import { ActionMenu } from '@/components/ActionMenu'
import { ResourceList, type Column } from '@/components/list/ResourceList'
import type { ListSearch } from '@/components/list/search'
import { Time } from '@/components/Time'
import { withValue } from '@/lib/filter'
import { RevokeBinding } from './RevokeBinding'
import { minutesText } from './scope'
import { ScopeLink } from './ScopeLink'
import { Subject } from './Subject'

const COLUMNS: readonly Column<RoleBinding>[] = [
  { title: 'Who', sort: 'subject', cell: ({ spec }) => <Subject subject={spec.subject} /> },
  { title: 'Role', sort: 'role', cell: ({ spec }) => <Link to="/admin/roles/role/$role" params={{ role: spec.role }}>{spec.role}</Link> },
  { title: 'Where', sort: 'team', cell: ({ spec }) => <ScopeLink scope={spec.scope ?? {}} /> },
  { title: 'Until', sort: 'expiresAt', cell: ({ spec }) => <Time at={spec.expiresAt} otherwise="no end" /> },
  { title: 'Only', cell: ({ spec }) => <Conditions spec={spec} /> },
  { title: 'Given', sort: 'created', cell: ({ metadata, status }) => <Given at={metadata.creationTimestamp} by={status?.grantedBy} /> },
]

const FILTERS = [
  { field: 'subject', label: 'Who' },
  { field: 'role', label: 'Role' },
] as const
const WITH_TEAM = [...FILTERS, { field: 'team', label: 'Team' }] as const

interface Props {
  /** Only of this team. */
  team?: string
  search: ListSearch
  onSearch: (search: ListSearch) => void
  empty: ReactNode
}

/** Bindings: who has which role where, until when, and under which conditions. */
export function BindingsList({ team, search, onSearch, empty }: Props) {
  const [revoking, setRevoking] = useState<RoleBinding | null>(null)
  return (
    <>
      <ResourceList
        label="Bindings"
        columns={COLUMNS}
        idOf={({ metadata }) => metadata.name}
        query={(parameters) =>
          roleBindingsQuery(team === undefined ? parameters : { ...parameters, filter: withValue(parameters.filter ?? '', 'team', '=', team) })
        }
        search={search}
        onSearch={onSearch}
        filters={team === undefined ? WITH_TEAM : FILTERS}
        defaultSort="-created"
        empty={empty}
        actions={(binding) => (
          <ActionMenu label={`Actions of ${binding.spec.role} for ${binding.spec.subject}`}>
            <ActionItem permission="roleBinding.write" team={binding.spec.scope?.team ?? undefined} isDanger onClick={() => setRevoking(binding)}>
              Take away…
            </ActionItem>
          </ActionMenu>
        )}
      />
      {revoking && <RevokeBinding binding={revoking} onClose={() => setRevoking(null)} />}
    </>
  )
}

/** What must be so for a binding to be of use. */
export function Conditions({ spec: { networks = [], elevation } }: { spec: RoleBinding['spec'] }) {
  const all = [
    ...(elevation ? [`when asked for, ${minutesText(elevation.maxMinutes)} at most${elevation.approval ? ', with approval' : ''}`] : []),
    ...(networks.length > 0 ? [`from ${networks.join(', ')}`] : []),
  ]
  return <>{all.length > 0 ? all.join('; ') : '–'}</>
}

function Given({ at, by }: { at: string | null | undefined; by: string | undefined }) {
  return (
    <>
      <Time at={at} />
      {by && <span className="kore-second">by {by.replace(/^user:/, '')}</span>}
    </>
  )
}
