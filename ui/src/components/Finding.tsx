import { Link } from '@tanstack/react-router'
import { detailOf } from '@/lib/attention'

/** What a note says: in short, with all of it on demand and its operation to look at. */
export function Finding({ detail }: { detail: string }) {
  const { text, more, operation } = detailOf(detail)
  return (
    <div>
      {text}{' '}
      {operation && (
        <Link to="/operations/$operation" params={{ operation }}>
          the operation
        </Link>
      )}
      {more.length > 0 && (
        <details className="kore-finding">
          <summary className="kore-more">all that was found</summary>
          <ul className="kore-changes">
            {more.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  )
}
