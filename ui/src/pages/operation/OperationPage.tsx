import { Button } from '@patternfly/react-core'
import { useNavigate, useParams } from '@tanstack/react-router'
import { stringify } from 'yaml'
import { operationQuery } from '@/api/kinds/operations'
import { asProblem } from '@/api/problems'
import type { Operation } from '@/api/types'
import { Copy } from '@/components/Copy'
import { Facts } from '@/components/Facts'
import { Loaded } from '@/components/Loaded'
import { ObjectHeader } from '@/components/ObjectHeader'
import { OperationTimeline } from '@/components/OperationTimeline'
import { Time } from '@/components/Time'
import { YamlView } from '@/components/YamlView'
import { useWhoAmI } from '@/session/whoami'
import { NextSteps } from './NextSteps'
import { Record } from './Record'
import { TargetLink } from './TargetLink'
import { byWords, standOf, titleOf, troubleOf } from './words'
import './operation.css'

/** The id of an operation is there a moment before its record. */
const patient = { retry: (count: number, error: unknown) => count < 8 && asProblem(error).status === 404, retryDelay: 700 }

/** A change under way or done: its steps, and when it failed why and whose move it is. */
export function OperationPage() {
  const { operation } = useParams({ from: '/shell/operations/$operation' })
  return (
    <Loaded query={{ ...operationQuery(operation), ...patient }} what="operation" title="Operation">
      {(found) => <Shown operation={found} />}
    </Loaded>
  )
}

function crumbs({ target: { kind, team, name } }: Operation, isPlatform: boolean) {
  if (kind === 'CloudAccount' && isPlatform) return [{ text: 'Accounts', to: '/admin/accounts' } as const, { text: name, to: '/admin/accounts/$account', params: { account: name } } as const]
  if (kind === 'CloudOrganization' && isPlatform) return [{ text: 'Clouds', to: '/admin/clouds' } as const, { text: name, to: '/admin/clouds/$cloud', params: { cloud: name } } as const]
  if (!team) return [{ text: 'Operations', to: '/operations' } as const]
  const home = { text: team, to: '/teams/$team', params: { team } } as const
  if (kind !== 'Cluster') return [home]
  const clusters = { text: 'Clusters', to: '/teams/$team/clusters', params: { team } } as const
  return [home, clusters, { text: name, to: '/teams/$team/clusters/$cluster', params: { team, cluster: name } } as const]
}

/** Where one wants to be once it is done. */
function Onward({ operation: { state, action, target } }: { operation: Operation }) {
  const navigate = useNavigate()
  const { kind, team, name } = target
  if (state !== 'done' || action === 'delete' || kind !== 'Cluster' || !team) return null
  return <Button onClick={() => void navigate({ to: '/teams/$team/clusters/$cluster', params: { team, cluster: name } })}>Open the cluster</Button>
}

function Shown({ operation }: { operation: Operation }) {
  const me = useWhoAmI()
  const ended = operation.state === 'done' || operation.state === 'superseded'
  return (
    <ObjectHeader
      title={titleOf(operation)}
      status={standOf(operation)}
      crumbs={crumbs(operation, Boolean(me.platformRole))}
      actions={<Onward operation={operation} />}
      failure={troubleOf(operation)}
      next={<NextSteps operation={operation} />}
    >
      <div className="kore-columns">
        <section className="kore-card kore-grow">
          <h2>Steps</h2>
          <OperationTimeline operation={operation} isDetailed />
        </section>
        <div className="kore-stack kore-side">
          <Record operation={operation} />
          <aside className="kore-card" aria-label="About the operation">
            <h2>About</h2>
            <Facts
              facts={{
                Object: <TargetLink target={operation.target} />,
                'Asked for by': byWords(operation.requestedBy),
                Recorded: <Time at={operation.createdAt} />,
                Began: <Time at={operation.startedAt} otherwise="not yet" />,
                Ended: <Time at={operation.endedAt} otherwise="not yet" />,
                Request: operation.requestId ? <Copy text={operation.requestId} what="request id" /> : null,
                Operation: <Copy text={operation.id} what="operation id" />,
                [ended ? 'Show' : 'Follow']: <Copy text={`kore operation ${ended ? 'show' : 'follow'} ${operation.id}`} what="command" />,
              }}
            />
          </aside>
        </div>
      </div>
      {Object.keys(operation.parameters).length > 0 && operation.action !== 'delete' && (
        <details className="kore-card">
          <summary>Parameters that are applied</summary>
          <YamlView text={stringify(operation.parameters)} what="parameters" />
        </details>
      )}
    </ObjectHeader>
  )
}
