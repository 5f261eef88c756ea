import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { usePermission } from '@/api/permissions'
import { PageFrame } from '@/components/PageFrame'
import { ActivityList } from './ActivityList'
import { Trail } from './Trail'

const LEAD = 'Every decision: changes with what they change, refusals, sign-ins, reads of credentials, requests of kubectl.'

/** What was done on the platform. */
export function ActivityPage() {
  const search = useSearch({ from: '/shell/admin/activity' })
  const navigate = useNavigate({ from: '/admin/activity' })
  const mayRead = usePermission('audit.readPlatform')
  return (
    <PageFrame title="Activity" lead={LEAD}>
      <ActivityList team={null} search={search} onSearch={(next) => void navigate({ search: next, resetScroll: false })} />
      {mayRead.allowed && <Trail />}
    </PageFrame>
  )
}

/** What was done in a team. */
export function TeamActivityPage() {
  const { team } = useParams({ from: '/shell/teams/$team' })
  const search = useSearch({ from: '/shell/teams/$team/activity' })
  const navigate = useNavigate({ from: '/teams/$team/activity' })
  return (
    <PageFrame title="Activity" lead={LEAD} crumbs={[{ text: team, to: '/teams/$team', params: { team } }]}>
      <ActivityList team={team} search={search} onSearch={(next) => void navigate({ search: next, resetScroll: false })} />
    </PageFrame>
  )
}
