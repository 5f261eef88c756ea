import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { clustersQuery } from '@/api/kinds/clusters'
import { teamQuery } from '@/api/kinds/teams'
import { overviewQuery } from '@/api/overview'
import { ActionButton } from '@/components/ActionButton'
import { AttentionCard } from '@/components/AttentionCard'
import { PageFrame } from '@/components/PageFrame'
import { Failed, Loading } from '@/components/states'
import { OperationCards } from '../overview/Operations'
import { Activity } from './overview/Activity'
import { NextSteps } from './overview/NextSteps'
import { OpenInvitations } from './overview/OpenInvitations'
import { QuotaUse } from './overview/QuotaUse'
import { TeamClusters } from './overview/TeamClusters'
import './team.css'

/** A team at a glance: is it fine, what happens, what it has; and where to begin when it has nothing. */
export function OverviewPage() {
  const { team } = useParams({ from: '/shell/teams/$team' })
  const navigate = useNavigate()
  const about = useQuery(teamQuery(team)).data?.spec
  const found = useQuery(overviewQuery(team))
  const clusters = useQuery(clustersQuery(team, { limit: '20', orderBy: 'ready' }))
  const isNew = clusters.data?.items.length === 0
  const { data } = found
  const actions = !isNew && (
    <>
      <ActionButton permission="namespace.write" team={team} variant="secondary" onClick={() => void navigate({ to: '/teams/$team/namespaces/new', params: { team } })}>
        Create namespace
      </ActionButton>
      <ActionButton permission="cluster.create" team={team} onClick={() => void navigate({ to: '/teams/$team/clusters/new', params: { team } })}>
        Create cluster
      </ActionButton>
    </>
  )
  return (
    <PageFrame title={about?.displayName ?? team} lead={about?.description ?? (about?.displayName ? `Team ${team}` : 'Team')} actions={actions}>
      <div className="kore-columns">
        <div className="kore-stack kore-grow">
          <AttentionCard items={data?.attention} error={found.error} onRetry={() => void found.refetch()} />
          {clusters.isPending && <Loading what="Loading clusters" />}
          {clusters.error && !clusters.data && <Failed error={clusters.error} onRetry={() => void clusters.refetch()} />}
          {isNew && <NextSteps team={team} />}
          {clusters.data && !isNew && <TeamClusters team={team} page={clusters.data} />}
          {data && !isNew && <OperationCards running={data.running} failed={data.failed} />}
          <Activity team={team} />
        </div>
        <aside className="kore-stack kore-side" aria-label="What the team has">
          {data?.quota && (
            <section className="kore-card">
              <h2>Quota</h2>
              <QuotaUse lines={data.quota} />
            </section>
          )}
          {data && <OpenInvitations team={team} number={data.openInvitations ?? 0} />}
        </aside>
      </div>
    </PageFrame>
  )
}
