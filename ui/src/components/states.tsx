import { Button, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter, Skeleton, Spinner } from '@patternfly/react-core'
import { useEffect, useState, type ReactNode } from 'react'
import { asProblem } from '@/api/problems'
import { Copy } from './Copy'
import { ProblemAlert } from './ProblemAlert'

interface EmptyProps {
  title: string
  /** What the thing is, in one sentence. */
  children: ReactNode
  /** The next action, as a button. */
  action?: ReactNode
  /** The same on the command line. */
  cli?: string
}

/** There is nothing yet. */
export function Empty({ title, children, action, cli }: EmptyProps) {
  return (
    <EmptyState titleText={title} headingLevel="h2" variant="sm" className="kore-empty">
      <EmptyStateBody>{children}</EmptyStateBody>
      <EmptyStateFooter>
        {action && <EmptyStateActions>{action}</EmptyStateActions>}
        {cli && (
          <EmptyStateActions>
            <Copy text={cli} what="command" />
          </EmptyStateActions>
        )}
      </EmptyStateFooter>
    </EmptyState>
  )
}

/** There is something, but not for this filter. */
export function NoResults({ onClear }: { onClear: () => void }) {
  return (
    <Empty title="Nothing matches this filter" action={<Button variant="link" onClick={onClear}>Clear the filter</Button>}>
      There are no objects for which all of it holds.
    </Empty>
  )
}

/** What the person may not see. */
export function NoPermission({ error }: { error: unknown }) {
  const { detail, fix, requestId } = asProblem(error)
  return (
    <Empty title="You may not see this">
      {detail}
      {(fix?.length ?? 0) > 0 && <> {fix?.join('; ')}.</>}
      {requestId && (
        <>
          <br />
          Request <Copy text={requestId} what="request id" />
        </>
      )}
    </Empty>
  )
}

/** A failed read: no permission looks different from no answer. */
export function Failed({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  return asProblem(error).status === 403 ? (
    <NoPermission error={error} />
  ) : (
    <ProblemAlert error={error} title="This could not be loaded" onRetry={onRetry} />
  )
}

/** Grey bars at first; words when it takes longer than a second. */
export function Loading({ rows = 5, what = 'Loading' }: { rows?: number; what?: string }) {
  const [late, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 1000)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div className="kore-loading" role="status">
      {late ? (
        <p>
          <Spinner size="md" aria-hidden="true" /> {what}…
        </p>
      ) : (
        Array.from({ length: rows }, (_, row) => <Skeleton key={row} height="1.75rem" screenreaderText={row === 0 ? what : undefined} />)
      )}
    </div>
  )
}
