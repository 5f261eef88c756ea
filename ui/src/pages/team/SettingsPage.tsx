import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { quotaQuery } from '@/api/kinds/quotas'
import { teamQuery } from '@/api/kinds/teams'
import type { Team } from '@/api/types'
import { ActionButton } from '@/components/ActionButton'
import { Copy } from '@/components/Copy'
import { Facts } from '@/components/Facts'
import { Loaded } from '@/components/Loaded'
import { PageFrame } from '@/components/PageFrame'
import { StatusLabel } from '@/components/StatusLabel'
import { Time } from '@/components/Time'
import { statusOf } from '@/lib/status'
import { QuotaUse } from './overview/QuotaUse'
import { DeleteTeam } from './settings/DeleteTeam'
import { EditTeam } from './settings/EditTeam'
import './team.css'

/** What a team is called, what it may have, and how it ends. */
export function SettingsPage() {
  const { team } = useParams({ from: '/shell/teams/$team' })
  return (
    <PageFrame title="Settings" crumbs={[{ text: team, to: '/teams/$team', params: { team } }]}>
      <Loaded query={teamQuery(team)} what="team">
        {(found) => <Shown team={found} />}
      </Loaded>
    </PageFrame>
  )
}

function Shown({ team }: { team: Team }) {
  const { metadata, spec, status } = team
  const { name } = metadata
  const navigate = useNavigate()
  const [isDeleting, setDeleting] = useState(false)
  return (
    <div className="kore-columns">
      <div className="kore-stack kore-grow">
        <EditTeam key={metadata.uid} found={team} />
        <section className="kore-card">
          <div className="kore-card-head">
            <h2>Delete the team</h2>
            <ActionButton permission="team.delete" team={name} variant="secondary" isDanger onClick={() => setDeleting(true)}>
              Delete team…
            </ActionButton>
          </div>
          <p>Its clusters have to be deleted first. Members, invitations and robots go with it.</p>
        </section>
      </div>
      <aside className="kore-stack kore-side" aria-label="About the team">
        <section className="kore-card">
          <h2>About</h2>
          <Facts
            facts={{
              Name: name,
              Status: <StatusLabel status={statusOf(team)} />,
              Created: <Time at={metadata.creationTimestamp} />,
              Namespace: status?.namespace,
              Identity: spec.id ? <Copy text={spec.id} what="identity" /> : null,
              Show: <Copy text={`kore team show ${name}`} what="command" />,
            }}
          />
        </section>
        <section className="kore-card">
          <h2>Quota</h2>
          <Loaded query={quotaQuery(name)} what="quota">
            {({ status }) => <QuotaUse lines={status?.lines ?? []} />}
          </Loaded>
          <Facts facts={{ 'For administrators': <Copy text={`kore team quota set ${name} clusters=10`} what="command" /> }} />
        </section>
      </aside>
      {isDeleting && <DeleteTeam team={team} onClose={() => setDeleting(false)} onDeleted={() => navigate({ to: '/' })} />}
    </div>
  )
}
