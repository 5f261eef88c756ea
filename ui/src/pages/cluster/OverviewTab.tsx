import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { clusterQuery } from '@/api/kinds/clusters'
import { operationQuery } from '@/api/kinds/operations'
import { ConditionsTable } from '@/components/ConditionsTable'
import { OperationTimeline } from '@/components/OperationTimeline'

/** To be made: facts, endpoint, access. Meanwhile what Kore says of it and what it does to it. */
export function OverviewTab() {
  const { team, cluster: name } = useParams({ from: '/shell/teams/$team/clusters/$cluster' })
  const { data: cluster } = useQuery(clusterQuery(team, name))
  const id = cluster?.status?.operation
  const { data: operation } = useQuery({ ...operationQuery(id ?? ''), enabled: Boolean(id) })
  return (
    <div className="kore-stack">
      <section className="kore-card">
        <h2>Conditions</h2>
        <ConditionsTable conditions={cluster?.status?.conditions ?? []} />
      </section>
      {operation && (
        <section className="kore-card">
          <h2>
            <Link to="/operations/$operation" params={{ operation: operation.id }}>
              Last operation
            </Link>
          </h2>
          <OperationTimeline operation={operation} />
        </section>
      )}
    </div>
  )
}
