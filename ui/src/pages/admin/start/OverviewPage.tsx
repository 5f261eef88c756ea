import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { overviewQuery } from '@/api/overview'
import { AttentionCard } from '@/components/AttentionCard'
import { PageFrame } from '@/components/PageFrame'
import { OperationCards } from '@/pages/overview/Operations'

/** What needs somebody, what is under way, and what went wrong lately. */
export function OverviewPage() {
  const { data, error, refetch } = useQuery(overviewQuery(null))
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
      <div className="kore-stack">
        <AttentionCard items={data?.attention} error={error} onRetry={() => void refetch()} />
        {data && <OperationCards running={data.running} failed={data.failed} />}
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
