import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { attentionQuery } from '@/api/attention'
import { clustersQuery } from '@/api/kinds/clusters'
import { operationsQuery } from '@/api/kinds/operations'
import { teamsQuery } from '@/api/kinds/teams'
import type { Page } from '@/api/types'
import { PageFrame } from '@/components/PageFrame'
import { Failed, Loading } from '@/components/states'
import { Sign } from '@/components/StatusLabel'
import { AttentionList } from './AttentionList'
import { Failures, Running } from './Operations'
import './start.css'

const total = (page: Page<unknown> | undefined) => (page ? page.items.length + (page.metadata.remainingItemCount ?? 0) : undefined)

/** What needs somebody, what is under way, and what went wrong lately. */
export function OverviewPage() {
  const attention = useQuery(attentionQuery(null))
  const running = useQuery(operationsQuery(null, { filter: 'state=running', orderBy: '-created', limit: '10' }))
  const failed = useQuery(operationsQuery(null, { filter: 'state=failed', orderBy: '-created', limit: '5' }))
  const clusters = useQuery(clustersQuery(null, { limit: '1' }))
  const teams = useQuery(teamsQuery({ limit: '1' }))
  const isNew = clusters.data?.items.length === 0
  return (
    <PageFrame
      title="Overview"
      lead={
        <>
          <Count of={total(teams.data)} one="team" to="/admin/teams" />, <Count of={total(clusters.data)} one="cluster" to="/admin/clusters" />.
          {isNew && (
            <>
              {' '}
              <Link to="/admin/get-started">Get started: the way to the first cluster</Link>
            </>
          )}
        </>
      }
    >
      <div className="kore-stack">
        <section className="kore-card" aria-label="Needs attention">
          <h2>
            Needs attention {attention.data && attention.data.length > 0 && <span className="kore-number">{attention.data.length}</span>}
          </h2>
          {attention.isPending && <Loading rows={2} what="Looking what needs attention" />}
          {attention.error && attention.data === undefined && <Failed error={attention.error} onRetry={() => void attention.refetch()} />}
          {attention.data?.length === 0 && (
            <p className="kore-fine">
              <Sign tone="ok" /> Nothing needs anybody.
            </p>
          )}
          {attention.data && attention.data.length > 0 && <AttentionList items={attention.data} />}
        </section>
        <section className="kore-card" aria-label="Under way">
          <h2>Under way</h2>
          {running.isPending && <Loading rows={2} what="Loading operations" />}
          {running.error && !running.data && <Failed error={running.error} onRetry={() => void running.refetch()} />}
          {running.data && <Running operations={running.data.items} />}
        </section>
        <section className="kore-card" aria-label="Failed lately">
          <h2>Failed lately</h2>
          {failed.isPending && <Loading rows={2} what="Loading operations" />}
          {failed.error && !failed.data && <Failed error={failed.error} onRetry={() => void failed.refetch()} />}
          {failed.data && <Failures operations={failed.data.items} />}
        </section>
      </div>
    </PageFrame>
  )
}

function Count({ of, one, to }: { of: number | undefined; one: string; to: '/admin/teams' | '/admin/clusters' }) {
  return (
    <Link to={to}>
      {of ?? '…'} {of === 1 ? one : `${one}s`}
    </Link>
  )
}
