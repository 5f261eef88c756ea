import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { overviewQuery } from '@/api/overview'
import { PageFrame } from '@/components/PageFrame'
import { Failed, Loading } from '@/components/states'
import { Sign } from '@/components/StatusLabel'
import { OperationCards } from '@/pages/overview/Operations'
import { AttentionList } from './AttentionList'

/** What needs somebody, what is under way, and what went wrong lately. */
export function OverviewPage() {
  const { data, error, isPending, refetch } = useQuery(overviewQuery(null))
  return (
    <PageFrame
      title="Overview"
      lead={
        <>
          <Count of={data?.teams} one="team" to="/admin/teams" />, <Count of={data?.clusters} one="cluster" to="/admin/clusters" />.
          {data?.clusters === 0 && (
            <>
              {' '}
              <Link to="/admin/get-started">Get started: the way to the first cluster</Link>
            </>
          )}
        </>
      }
    >
      {isPending && <Loading rows={6} what="Looking how things are" />}
      {error && !data && <Failed error={error} onRetry={() => void refetch()} />}
      {data && (
        <div className="kore-stack">
          <section className="kore-card" aria-label="Needs attention">
            <h2>Needs attention {data.attention.length > 0 && <span className="kore-number">{data.attention.length}</span>}</h2>
            {data.attention.length === 0 ? (
              <p className="kore-fine">
                <Sign tone="ok" /> Nothing needs anybody.
              </p>
            ) : (
              <AttentionList items={data.attention} />
            )}
          </section>
          <OperationCards running={data.running} failed={data.failed} />
        </div>
      )}
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
