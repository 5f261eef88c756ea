import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { offeredPlansQuery } from '@/api/kinds/plans'
import { ActionButton } from '@/components/ActionButton'
import { Copy } from '@/components/Copy'
import { Failed, Loading } from '@/components/states'

/** What a team that has no cluster does first. */
export function NextSteps({ team }: { team: string }) {
  const navigate = useNavigate()
  const plans = useQuery(offeredPlansQuery)
  return (
    <section className="kore-card">
      <h2>Begin here</h2>
      <h3>Make a cluster</h3>
      {plans.isPending && <Loading rows={2} what="Loading plans" />}
      {plans.error && !plans.data && <Failed error={plans.error} onRetry={() => void plans.refetch()} />}
      {plans.data?.length === 0 && <p>No plan is published for this team yet. Platform administrators publish plans.</p>}
      <div className="kore-cards">
        {plans.data?.map(({ metadata: { name }, spec }) => (
          <Choice key={name} title={spec.title ?? name} text={spec.description ?? ''} cli={`kore cluster create ${team}/NAME --plan ${name}`}>
            <ActionButton permission="cluster.create" team={team} variant="secondary" size="sm" onClick={() => void navigate({ to: `/teams/${team}/clusters/new`, search: { plan: name } as never })}>
              Create from {spec.title ?? name}
            </ActionButton>
          </Choice>
        ))}
      </div>
      <h3 className="kore-gap">And then</h3>
      <div className="kore-cards">
        <Choice title="Invite people" text="A link with a role, for a while. They sign in, and are in the team." cli={`kore team invitation create ${team} --role developer`}>
          <ActionButton permission="membership.write" team={team} variant="secondary" size="sm" onClick={() => void navigate({ to: '/teams/$team/members', params: { team }, search: { open: 'invite' } })}>
            Invite
          </ActionButton>
        </Choice>
        <Choice title="Let CI deploy" text="A robot believes the tokens of your CI jobs: no secret has to be stored." cli={`kore robot create ${team}/ci`}>
          <ActionButton permission="robot.write" team={team} variant="secondary" size="sm" onClick={() => void navigate({ to: '/teams/$team/robots/new', params: { team } })}>
            Create robot
          </ActionButton>
        </Choice>
      </div>
    </section>
  )
}

function Choice({ title, text, cli, children }: { title: string; text: string; cli: string; children: ReactNode }) {
  return (
    <div className="kore-begin">
      <strong>{title}</strong>
      <span className="kore-closed">{text}</span>
      <Copy text={cli} what="command" />
      <div>{children}</div>
    </div>
  )
}
