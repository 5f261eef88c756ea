import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { elevationsQuery, type Decision, type Elevation } from '@/api/kinds/elevations'
import { ActionButton } from '@/components/ActionButton'
import { Empty, Failed, Loading } from '@/components/states'
import { Time } from '@/components/Time'
import { withValue } from '@/lib/filter'
import { useWhoAmI } from '@/session/whoami'
import { minutesText, scopeWords } from '../access/scope'
import { Section } from '../access/Section'
import { Subject } from '../access/Subject'
import { Decide } from './Decide'

/** There are no events of elevations: who decides looks again by itself. */
const AGAIN = 15_000

/** What others ask for, and the signed-in person decides about. */
export function Waiting({ team, quiet }: { team?: string; /** Shows nothing when nothing waits. */ quiet?: boolean }) {
  const me = useWhoAmI()
  const filter = withValue('state=requested', 'team', '=', team ?? '')
  const { data, error, isPending, refetch } = useQuery({ ...elevationsQuery({ filter, limit: '50', orderBy: 'created' }), refetchInterval: AGAIN })
  const [deciding, setDeciding] = useState<{ elevation: Elevation; decision: Decision } | null>(null)
  const waiting = data?.items.filter(({ status }) => status?.subject !== `user:${me.name}`) ?? []
  if (quiet && waiting.length === 0 && deciding === null) return null
  return (
    <Section title="Waiting for you" lead={waiting.length > 0 ? `${waiting.length} to decide, the oldest first.` : undefined}>
      {isPending && <Loading rows={2} what="Looking for requests" />}
      {error && !data && <Failed error={error} onRetry={() => void refetch()} />}
      {data && waiting.length === 0 && (
        <Empty title="Nothing waits for you" cli="kore elevation list">
          When somebody asks for a role that needs approval, it is here.
        </Empty>
      )}
      {waiting.map((elevation) => (
        <Request key={elevation.metadata.name} elevation={elevation} onDecide={(decision) => setDeciding({ elevation, decision })} />
      ))}
      {deciding && <Decide {...deciding} onClose={() => setDeciding(null)} />}
    </Section>
  )
}

function Request({ elevation: { metadata, spec, status }, onDecide }: { elevation: Elevation; onDecide: (decision: Decision) => void }) {
  const team = spec.scope?.team ?? undefined
  return (
    <article className="kore-card kore-request" aria-label={`Request of ${status?.subject ?? ''}`}>
      <div>
        <b>
          <Subject subject={status?.subject ?? ''} />
        </b>{' '}
        asks for <b>{spec.role}</b> on {scopeWords(spec.scope ?? {})} for {minutesText(spec.minutes)}, <Time at={metadata.creationTimestamp} />:
      </div>
      <blockquote>{spec.reason}</blockquote>
      <div className="kore-request-foot">
        <ActionButton permission="elevation.decide" team={team} size="sm" onClick={() => onDecide('approve')}>
          Approve…
        </ActionButton>
        <ActionButton permission="elevation.decide" team={team} variant="secondary" size="sm" onClick={() => onDecide('refuse')}>
          Refuse…
        </ActionButton>
      </div>
    </article>
  )
}
