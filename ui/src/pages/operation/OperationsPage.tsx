import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { operationsQuery } from '@/api/kinds/operations'
import type { Operation } from '@/api/types'
import { ResourceList, type Column } from '@/components/list/ResourceList'
import { PageFrame } from '@/components/PageFrame'
import { Empty } from '@/components/states'
import { StatusLabel } from '@/components/StatusLabel'
import { Time } from '@/components/Time'
import { TargetLink } from './TargetLink'
import { Took } from './Took'
import { byWords, standOf } from './words'

const COLUMNS: readonly Column<Operation>[] = [
  { title: 'What', sort: 'action', cell: (operation) => <What operation={operation} /> },
  { title: 'Object', sort: 'target.name', cell: ({ target }) => <TargetLink target={target} /> },
  { title: 'State', sort: 'state', cell: (operation) => <State operation={operation} /> },
  { title: 'Took', cell: (operation) => <Took operation={operation} />, narrow: true },
  { title: 'Asked for by', sort: 'requestedBy', cell: ({ requestedBy }) => byWords(requestedBy) },
  { title: 'When', sort: 'created', cell: ({ createdAt }) => <Time at={createdAt} /> },
]
const choice = (values: readonly string[]) => values.map((value) => ({ value, label: value }))

const FILTERS = [
  { field: 'state', label: 'State', options: choice(['pending', 'running', 'failed', 'done', 'superseded']) },
  { field: 'action', label: 'What', options: choice(['create', 'change', 'delete']) },
  { field: 'target.name', label: 'Object' },
  { field: 'team', label: 'Team' },
] as const

/** Changes under way and done, of all teams that somebody sees. */
export function OperationsPage() {
  const search = useSearch({ from: '/shell/operations' })
  const navigate = useNavigate({ from: '/operations' })
  return (
    <PageFrame title="Operations" lead="Every change that takes time is an operation: it goes on whoever looks, and stays on record.">
      <ResourceList
        label="Operations"
        columns={COLUMNS}
        idOf={({ id }) => id}
        query={(parameters) => operationsQuery(null, parameters)}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        filters={FILTERS}
        defaultSort="-created"
        empty={
          <Empty title="No operations yet" cli="kore operation list">
            Making, changing and deleting clusters is listed here.
          </Empty>
        }
      />
    </PageFrame>
  )
}

function What({ operation }: { operation: Operation }) {
  const { id, action, requestedBy } = operation
  return (
    <Link to="/operations/$operation" params={{ operation: id }}>
      {action === 'change' && requestedBy.startsWith('system:') ? 'Put right' : { create: 'Create', change: 'Change', delete: 'Delete' }[action]}
    </Link>
  )
}

/** The state, and what it waits for or why it failed. */
function State({ operation }: { operation: Operation }) {
  const waiting = operation.state === 'running' ? operation.steps.find((step) => step.state === 'running' && step.waitingFor)?.waitingFor : null
  const status = standOf(operation)
  const say = status.message ?? (waiting ? `Waits for ${waiting}` : null)
  return (
    <>
      <StatusLabel status={{ ...status, message: null }} />
      {say && <span className="kore-second">{say}</span>}
    </>
  )
}
