import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { recordsQuery } from '@/api/kinds/audit'
import { usePermission } from '@/api/permissions'
import { OnDemand } from '@/components/OnDemand'
import { Failed, Loading } from '@/components/states'
import { StatusLabel } from '@/components/StatusLabel'
import { Time } from '@/components/Time'

/** What was done in the team; read when somebody wants to see it. */
export function Activity({ team }: { team: string }) {
  const { allowed, pending } = usePermission('audit.readTeam', { team })
  if (pending || !allowed) return null
  return <OnDemand summary="Recent activity">{() => <Records team={team} />}</OnDemand>
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
