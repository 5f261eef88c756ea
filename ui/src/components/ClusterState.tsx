import { Link } from '@tanstack/react-router'
import type { Cluster } from '@/api/types'
import { statusOf } from '@/lib/status'
import { StatusLabel } from './StatusLabel'

/** A cluster's status, and while something is done to it the way to watch that. */
export function ClusterState({ cluster }: { cluster: Cluster }) {
  const status = statusOf(cluster)
  const operation = cluster.status?.operation
  return (
    <span className="kore-row">
      <StatusLabel status={status} />
      {operation && (status.tone === 'busy' || status.tone === 'bad') && (
        <Link to="/operations/$operation" params={{ operation }}>
          {status.tone === 'busy' ? 'watch' : 'why'}
        </Link>
      )}
    </span>
  )
}
