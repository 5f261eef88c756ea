import { useQuery } from '@tanstack/react-query'
import { recordsQuery } from '@/api/kinds/audit'
import { usePermission } from '@/api/permissions'
import { OnDemand } from '@/components/OnDemand'
import { Finding } from '@/components/Finding'
import { Failed, Loading } from '@/components/states'
import { Time } from '@/components/Time'

/** What came loose of what Kore keeps in the cluster, and was put right; read when somebody wants to see it. */
export function Drift({ team, cluster }: { team: string; cluster: string }) {
  const { allowed } = usePermission('audit.readTeam', { team })
  if (!allowed) return null
  return <OnDemand summary="Drift that Kore put right">{() => <Records team={team} cluster={cluster} />}</OnDemand>
}

function Records({ team, cluster }: { team: string; cluster: string }) {
  const found = useQuery(recordsQuery(team, false, { filter: `object=cluster/${team}/${cluster},action=cluster.drift`, orderBy: '-at', limit: '5' }))
  if (found.isPending) return <Loading rows={2} what="Loading the drift" />
  if (!found.data) return <Failed error={found.error} onRetry={() => void found.refetch()} />
  if (found.data.items.length === 0) return <p className="kore-hint">Nothing came loose.</p>
  return (
    <ul className="kore-changes-list">
      {found.data.items.map(({ id, at, detail }) => (
        <li key={id}>
          <Time at={at} />
          <Finding detail={detail ?? ''} />
        </li>
      ))}
    </ul>
  )
}
