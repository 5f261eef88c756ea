import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { clusterQuery } from '@/api/kinds/clusters'
import { operationsQuery } from '@/api/kinds/operations'
import { ConditionsTable } from '@/components/ConditionsTable'
import { LastChanges } from '@/pages/operation/LastChanges'
import { UnderWay } from '@/pages/operation/UnderWay'
import { currentOf } from '@/pages/operation/words'
import { Connect } from './overview/Connect'
import { ClusterFacts } from './overview/ClusterFacts'
import { Drift } from './overview/Drift'
import { Pools } from './overview/Pools'
import { Posture } from './overview/Posture'

/** How a cluster is, what changed last, and how to get to it. */
export function OverviewTab() {
  const { team, cluster: name } = useParams({ from: '/shell/teams/$team/clusters/$cluster' })
  const { data: cluster } = useQuery(clusterQuery(team, name))
  const uid = cluster?.metadata.uid ?? ''
  const operations = useQuery({ ...operationsQuery(team, { filter: `target.uid=${uid}`, orderBy: '-created', limit: '6' }), enabled: uid !== '' })
  if (!cluster) return null
  const items = operations.data?.items ?? []
  const current = currentOf(items, cluster.status?.operation)
  return (
    <div className="kore-columns">
      <div className="kore-stack kore-grow">
        {current && <UnderWay operation={current} />}
        <Pools cluster={cluster} />
        <LastChanges operations={items}>
          <Link to="/teams/$team/clusters/$cluster/activity" params={{ team, cluster: name }}>
            All of it
          </Link>
        </LastChanges>
        <Drift team={team} cluster={name} />
        <details className="kore-card">
          <summary>Conditions</summary>
          <ConditionsTable conditions={cluster.status?.conditions ?? []} />
        </details>
      </div>
      <div className="kore-stack kore-side">
        <Connect cluster={cluster} />
        <ClusterFacts cluster={cluster} />
        <Posture cluster={cluster} />
      </div>
    </div>
  )
}
