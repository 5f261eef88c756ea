import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { clusterQuery } from '@/api/kinds/clusters'
import { operationsQuery } from '@/api/kinds/operations'
import type { Cluster, Operation } from '@/api/types'
import { ConditionsTable } from '@/components/ConditionsTable'
import { OperationTimeline } from '@/components/OperationTimeline'
import { StatusLabel } from '@/components/StatusLabel'
import { Time } from '@/components/Time'
import { standOf } from '@/pages/operation/words'
import { Connect } from './overview/Connect'
import { ClusterFacts } from './overview/ClusterFacts'
import { Drift } from './overview/Drift'
import { Pools } from './overview/Pools'
import { Posture } from './overview/Posture'
import { changeWords } from './overview/words'

/** How a cluster is, what changed last, and how to get to it. */
export function OverviewTab() {
  const { team, cluster: name } = useParams({ from: '/shell/teams/$team/clusters/$cluster' })
  const { data: cluster } = useQuery(clusterQuery(team, name))
  const uid = cluster?.metadata.uid ?? ''
  const operations = useQuery({ ...operationsQuery(team, { filter: `target.uid=${uid}`, orderBy: '-created', limit: '6' }), enabled: uid !== '' })
  if (!cluster) return null
  const items = operations.data?.items ?? []
  const current = items.find(({ state }) => state === 'running' || state === 'pending') ?? (cluster.status?.operation ? items.find(({ id, state }) => id === cluster.status?.operation && state === 'failed') : undefined)
  return (
    <div className="kore-columns">
      <div className="kore-stack kore-grow">
        {current && <Current operation={current} />}
        <Pools cluster={cluster} />
        <Changes operations={items} team={team} cluster={name} />
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

/** What is being done to it, or what failed. */
function Current({ operation }: { operation: Operation }) {
  return (
    <section className="kore-card">
      <h2>
        <Link to="/operations/$operation" params={{ operation: operation.id }}>
          {changeWords(operation)}
        </Link>
      </h2>
      <OperationTimeline operation={operation} />
    </section>
  )
}

function Changes({ operations, team, cluster }: { operations: readonly Operation[]; team: string; cluster: Cluster['metadata']['name'] }) {
  if (operations.length === 0) return null
  return (
    <section className="kore-card">
      <h2>Last changes</h2>
      <ul className="kore-changes-list">
        {operations.slice(0, 5).map((operation) => (
          <li key={operation.id}>
            <Time at={operation.createdAt} />
            <span>
              <Link to="/operations/$operation" params={{ operation: operation.id }}>
                {changeWords(operation)}
              </Link>{' '}
              <span className="kore-second kore-inline">by {operation.requestedBy.replace(/^user:/, '').replace(/^system:controller$/, 'Kore')}</span>
            </span>
            <StatusLabel status={standOf(operation)} />
          </li>
        ))}
      </ul>
      <p className="kore-hint">
        <Link to="/teams/$team/clusters/$cluster/activity" params={{ team, cluster }}>
          All of it
        </Link>
      </p>
    </section>
  )
}
