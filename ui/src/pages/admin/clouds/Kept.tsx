import { Link } from '@tanstack/react-router'
import type { CloudOrganization } from '@/api/kinds/clouds'
import { OperationTimeline } from '@/components/OperationTimeline'
import { StatusLabel } from '@/components/StatusLabel'
import { useStand } from '@/pages/operation/useStand'
import { keptStatus } from './words'

const NOTHING = { tone: 'off', text: 'Nothing', message: null } as const

/** What Kore keeps in an organisation, whether it is as it should be, and the operation that brings it there. */
export function Kept({ cloud }: { cloud: CloudOrganization }) {
  const known = keptStatus(cloud)
  const id = cloud.status?.operation
  const { status, operation } = useStand(known ?? NOTHING, id)
  return (
    <section className="kore-card" aria-labelledby="kept">
      <h2 id="kept">What Kore keeps there</h2>
      {known === null ? (
        <p>Nothing yet. Once a rule or an account needs it and the checks are good, Kore makes a unit of its own, guardrails, and the roles of its accounts.</p>
      ) : (
        <>
          <p>
            <StatusLabel status={{ ...status, message: null }} /> A unit of its own, guardrails, and the roles of its accounts.
          </p>
          {status.tone !== 'ok' && !operation && status.message && <p>{status.message}</p>}
          {operation && status.tone !== 'ok' && <OperationTimeline operation={operation} />}
          {id && (
            <p className="kore-hint">
              <Link to="/operations/$operation" params={{ operation: id }}>
                {status.tone === 'ok' ? 'The last operation' : 'To its operation'}
              </Link>
            </p>
          )}
        </>
      )}
    </section>
  )
}
