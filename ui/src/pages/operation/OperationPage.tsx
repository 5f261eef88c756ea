import { useParams } from '@tanstack/react-router'
import { operationQuery } from '@/api/kinds/operations'
import type { Operation } from '@/api/types'
import { Copy } from '@/components/Copy'
import { Facts } from '@/components/Facts'
import { Loaded } from '@/components/Loaded'
import { ObjectHeader } from '@/components/ObjectHeader'
import { OperationTimeline } from '@/components/OperationTimeline'
import { Time } from '@/components/Time'
import { YamlView } from '@/components/YamlView'
import { operationStatus } from '@/lib/status'
import { TargetLink } from './TargetLink'
import { stringify } from 'yaml'

const VERBS = { create: 'Create', change: 'Change', delete: 'Delete' } as const

/** A change under way or done: its steps, and when it failed why and whose move it is. */
export function OperationPage() {
  const { operation } = useParams({ from: '/shell/operations/$operation' })
  return (
    <Loaded query={operationQuery(operation)} what="operation">
      {(found) => <Shown operation={found} />}
    </Loaded>
  )
}

function crumbs({ target: { kind, team, name } }: Operation) {
  if (!team) return []
  const home = { text: team, to: '/teams/$team', params: { team } } as const
  if (kind !== 'Cluster') return [home]
  const clusters = { text: 'Clusters', to: '/teams/$team/clusters', params: { team } } as const
  return [home, clusters, { text: name, to: '/teams/$team/clusters/$cluster', params: { team, cluster: name } } as const]
}

function Shown({ operation }: { operation: Operation }) {
  const { action, target, remainder } = operation
  const title = `${VERBS[action]} ${target.kind.toLowerCase()} ${target.name}`
  return (
    <ObjectHeader title={title} status={operationStatus(operation)} crumbs={crumbs(operation)} failure={operation.failure}>
      <div className="kore-columns">
        <section className="kore-card kore-grow">
          <h2>Steps</h2>
          <OperationTimeline operation={operation} />
        </section>
        <aside className="kore-card kore-side" aria-label="About the operation">
          <h2>About</h2>
          <Facts
            facts={{
              Object: <TargetLink target={target} />,
              'Asked for by': operation.requestedBy.replace(/^user:/, ''),
              Recorded: <Time at={operation.createdAt} />,
              Ended: <Time at={operation.endedAt} otherwise="not yet" />,
              Removed: remainder ? `${remainder.gone} things gone, ${remainder.left} left` : null,
              Request: operation.requestId ? <Copy text={operation.requestId} what="request id" /> : null,
              Operation: <Copy text={operation.id} what="operation id" />,
              Follow: <Copy text={`kore operation show ${operation.id}`} what="command" />,
            }}
          />
        </aside>
      </div>
      {Object.keys(operation.parameters).length > 0 && (
        <details className="kore-card">
          <summary>Parameters that are applied</summary>
          <YamlView text={stringify(operation.parameters)} what="parameters" />
        </details>
      )}
    </ObjectHeader>
  )
}
