import { Link } from '@tanstack/react-router'
import { statusOf, type Observed } from '@/lib/status'
import { StatusLabel } from './StatusLabel'

/** How an object is that operations are done to, and while one is under way or has failed the way to it. */
export function ObjectState({ object }: { object: Observed & { status?: { operation?: string | null } } }) {
  const status = statusOf(object)
  const operation = object.status?.operation
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
