import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { recordsQuery } from '@/api/kinds/audit'
import { operationsQuery } from '@/api/kinds/operations'
import { usePermission } from '@/api/permissions'
import { Failed, Loading } from '@/components/states'
import { StatusLabel } from '@/components/StatusLabel'
import { Time } from '@/components/Time'
import { operationStatus } from '@/lib/status'

const VERBS = { create: 'Create', change: 'Change', delete: 'Delete' } as const
const ONGOING = new Set(['pending', 'running'])

/** What is done to the team's clusters now, and what was done last. */
export function Operations({ team }: { team: string }) {
  const found = useQuery(operationsQuery(team, { limit: '6', orderBy: '-created' }))
  const all = (found.data?.items ?? []).toSorted((a, b) => Number(ONGOING.has(b.state)) - Number(ONGOING.has(a.state)))
  return (
    <section className="kore-card">
      <h2>Operations</h2>
      {found.isPending && <Loading rows={3} what="Loading operations" />}
      {found.error && !found.data && <Failed error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && all.length === 0 && <p className="kore-hint">Nothing has been done to clusters yet.</p>}
      <ul className="kore-lines">
        {all.map((operation) => {
          const { tone, text, message } = operationStatus(operation)
          const now = operation.steps.find(({ state }) => state === 'running' || state === 'retrying')
          return (
            <li key={operation.id} className="kore-line">
              <Link to="/operations/$operation" params={{ operation: operation.id }}>
                {VERBS[operation.action]} {operation.target.kind.toLowerCase()} {operation.target.name}
              </Link>
              <StatusLabel status={{ tone, text, message: null }} />
              <span className="kore-line-end">
                {operation.requestedBy.replace(/^user:/, '')}, <Time at={operation.createdAt} />
              </span>
              {ONGOING.has(operation.state) && now && <span className="kore-whole kore-closed">{now.waitingFor ? `Waiting for ${now.waitingFor}` : now.title}</span>}
              {(tone === 'bad' || tone === 'warn') && message && <span className="kore-whole kore-closed">{message}</span>}
            </li>
          )
        })}
      </ul>
    </section>
  )
}

/** What was done in the team; read when somebody wants to see it. */
export function Activity({ team }: { team: string }) {
  const [isOpen, setOpen] = useState(false)
  const { allowed, pending } = usePermission('audit.readTeam', { team })
  if (pending || !allowed) return null
  return (
    <details className="kore-card" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Recent activity</summary>
      {isOpen && <Records team={team} />}
    </details>
  )
}

function Records({ team }: { team: string }) {
  const found = useQuery(recordsQuery(team, true, { limit: '10', orderBy: '-at', filter: 'source!=controller' }))
  return (
    <div>
      {found.isPending && <Loading rows={3} what="Loading the activity" />}
      {found.error && !found.data && <Failed error={found.error} onRetry={() => void found.refetch()} />}
      <ul className="kore-lines">
        {found.data?.items.map(({ id, actor, action, object, at, result }) => (
          <li key={id} className="kore-line">
            <span>{actor.replace(/^user:/, '')}</span>
            <code>{action}</code>
            <span>{object}</span>
            {result !== 'allowed' && <StatusLabel status={{ tone: 'warn', text: result, message: null }} />}
            <span className="kore-line-end">
              <Time at={at} />
            </span>
          </li>
        ))}
      </ul>
      <Link to="/teams/$team/activity" params={{ team }}>
        All activity
      </Link>
    </div>
  )
}
