import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { operationsQuery } from '@/api/kinds/operations'
import { allTeamsQuery } from '@/api/kinds/teams'
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
  { title: 'What', cell: (operation) => <What operation={operation} /> },
  { title: 'Object', cell: ({ target }) => <TargetLink target={target} /> },
  { title: 'State', cell: (operation) => <State operation={operation} /> },
  { title: 'Took', cell: (operation) => <Took operation={operation} />, narrow: true },
  { title: 'Asked for by', cell: ({ requestedBy }) => byWords(requestedBy) },
  { title: 'When', cell: ({ createdAt }) => <Time at={createdAt} /> },
]
const choice = (values: readonly string[]) => values.map((value) => ({ value, label: value }))

/** Changes under way and done, of all teams that somebody sees: the server has them newest first. */
export function OperationsPage() {
  const search = useSearch({ from: '/shell/operations' })
  const navigate = useNavigate({ from: '/operations' })
  const teams = useQuery(allTeamsQuery)
  const filters = [
    { field: 'state', label: 'State', options: choice(['pending', 'running', 'failed', 'done', 'superseded']) },
    { field: 'team', label: 'Team', options: choice((teams.data ?? []).map(({ metadata }) => metadata.name).toSorted()) },
  ]
  return (
    <PageFrame title="Operations" lead="Every change that takes time is an operation: it goes on whoever looks, and stays on record.">
      <ResourceList
        label="Operations"
        columns={COLUMNS}
        idOf={({ id }) => id}
        query={(parameters) => operationsQuery(null, parameters)}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        filters={filters}
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
