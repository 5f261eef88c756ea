import { Tooltip } from '@patternfly/react-core'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { recordsQuery, type AuditRecord } from '@/api/kinds/audit'
import { clusterQuery } from '@/api/kinds/clusters'
import { operationsQuery } from '@/api/kinds/operations'
import { usePermission, whyNot } from '@/api/permissions'
import type { Operation } from '@/api/types'
import { Copy } from '@/components/Copy'
import { ResourceList, type Column } from '@/components/list/ResourceList'
import { Loaded } from '@/components/Loaded'
import { Empty } from '@/components/states'
import { StatusLabel } from '@/components/StatusLabel'
import { Time } from '@/components/Time'
import { formatFilter, parseFilter } from '@/lib/filter'
import { changeWords, standOf } from '@/pages/operation/words'
import type { ListParameters } from '@/api/types'
import { TRAILS } from './search'
import { Took } from '@/pages/operation/Took'
import './form/form.css'

const TITLES = { operations: 'What Kore did', audit: 'Who did what' } as const

const OPERATIONS: readonly Column<Operation>[] = [
  { title: 'When', cell: ({ createdAt }) => <Time at={createdAt} /> },
  { title: 'What', cell: (operation) => <OperationName operation={operation} /> },
  { title: 'State', cell: (operation) => <StatusLabel status={standOf(operation)} /> },
  { title: 'Took', cell: (operation) => <Took operation={operation} />, narrow: true },
  { title: 'Asked for by', cell: ({ requestedBy }) => requestedBy.replace(/^user:/, '').replace(/^system:controller$/, 'Kore') },
]

const RECORDS: readonly Column<AuditRecord>[] = [
  { title: 'When', cell: ({ at }) => <Time at={at} /> },
  { title: 'Who', cell: ({ actor }) => actor.replace(/^user:/, '') },
  { title: 'What', cell: ({ action }) => <code>{action}</code> },
  { title: 'On', cell: ({ object, detail }) => <On object={object} detail={detail} /> },
  { title: 'Result', cell: ({ result, code }) => <StatusLabel status={{ tone: result === 'allowed' ? 'ok' : 'bad', text: result, message: code ?? null }} /> },
  { title: 'From', cell: ({ source }) => source },
]

/** What happened to the cluster: operations, and the audit trail of it and what is in it. */
export function ActivityTab() {
  const { team, cluster: name } = useParams({ from: '/shell/teams/$team/clusters/$cluster' })
  const search = useSearch({ from: '/shell/teams/$team/clusters/$cluster/activity' })
  const navigate = useNavigate({ from: '/teams/$team/clusters/$cluster/activity' })
  const show = search.show ?? 'operations'
  const may = usePermission('audit.readTeam', { team })
  return (
    <Loaded query={clusterQuery(team, name)} what="cluster">
      {({ metadata: { uid = '' } }) => {
        const within = (extra: string) => (parameters: ListParameters) => ({ ...parameters, filter: formatFilter([...parseFilter(extra), ...parseFilter(parameters.filter ?? '')]) })
        const shared = { search, onSearch: (next: object) => void navigate({ search: { ...next, show: search.show } }) }
        return (
          <div className="kore-stack">
            <div className="kore-views" role="group" aria-label="Activity">
              {TRAILS.map((one) => (
                <Choice key={one} title={TITLES[one]} isChosen={show === one} why={one === 'audit' ? whyNot(may) : null} onChoose={() => void navigate({ search: { show: one === 'operations' ? undefined : one } })} />
              ))}
            </div>
            {show === 'operations' ? (
              <ResourceList
                key="operations"
                label="Operations"
                columns={OPERATIONS}
                idOf={({ id }) => id}
                query={(parameters) => operationsQuery(team, within(`target.uid=${uid}`)(parameters))}
                defaultSort="-created"
                filters={[
                  { field: 'state', label: 'State', options: ['pending', 'running', 'failed', 'done', 'superseded'].map((value) => ({ value, label: value })) },
                ]}
                empty={<Empty title="Nothing yet" cli={`kore cluster events ${team}/${name}`}>Each change of the cluster is an operation and is listed here.</Empty>}
                {...shared}
              />
            ) : (
              <ResourceList
                key="audit"
                label="Audit trail"
                columns={RECORDS}
                idOf={({ id }) => id}
                query={(parameters) => recordsQuery(team, true, within(`object~${team}/${name}`)(parameters))}
                defaultSort="-at"
                filters={[
                  { field: 'action', label: 'What' },
                  { field: 'actor', label: 'Who' },
                  { field: 'result', label: 'Result', options: ['allowed', 'denied', 'refused', 'failed'].map((value) => ({ value, label: value })) },
                ]}
                empty={<Empty title="Nothing yet" cli={`kore cluster events ${team}/${name}`}>Whoever does something to the cluster or in it is on record here.</Empty>}
                {...shared}
              />
            )}
            <div className="kore-hint">
              On the command line: <Copy text={`kore cluster events ${team}/${name}`} what="command" />
            </div>
          </div>
        )
      }}
    </Loaded>
  )
}

/** One of the two; it keeps its place when it may not be seen. */
function Choice({ title, isChosen, why, onChoose }: { title: string; isChosen: boolean; why: string | null; onChoose: () => void }) {
  const button = (
    <button type="button" aria-pressed={isChosen} aria-disabled={why !== null} onClick={() => why === null && onChoose()}>
      {title}
    </button>
  )
  return why === null ? button : <Tooltip content={why}>{button}</Tooltip>
}

function OperationName({ operation }: { operation: Operation }) {
  return (
    <>
      <Link to="/operations/$operation" params={{ operation: operation.id }}>
        {changeWords(operation)}
      </Link>
      {operation.failure && <span className="kore-second">{operation.failure.message}</span>}
    </>
  )
}

function On({ object, detail }: { object: string; detail: string | null | undefined }) {
  return (
    <>
      {object}
      {detail && <span className="kore-second">{detail}</span>}
    </>
  )
}
