import { Alert, Button } from '@patternfly/react-core'
import { asProblem, OWNERS } from '@/api/problems'
import type { Problem } from '@/api/types'
import { Copy } from './Copy'

interface Props {
  error: unknown
  /** What did not work, as "The team was not made". */
  title?: string
  onRetry?: () => void
}

/** Everything that a refusal says: what, why, whose move it is, what to do, and the request to ask about. */
export function ProblemAlert({ error, title, onRetry }: Props) {
  const problem = asProblem(error)
  return (
    <Alert
      isInline
      variant={problem.owner === 'you' ? 'warning' : 'danger'}
      title={title ?? problem.title}
      className="kore-problem"
      actionLinks={onRetry && <Button variant="link" isInline onClick={onRetry}>Try again</Button>}
    >
      <ProblemBody problem={problem} />
    </Alert>
  )
}

/** The same without the frame. */
export function ProblemBody({ problem }: { problem: Problem }) {
  const fix = problem.fix ?? []
  const changes = problem.changes ?? []
  return (
    <div className="kore-problem-body">
      <p>{problem.detail}</p>
      {(problem.errors?.length ?? 0) > 0 && (
        <ul>
          {problem.errors?.map(({ pointer, detail }) => (
            <li key={pointer + detail}>
              {pointer && <code>{pointer}</code>} {detail}
            </li>
          ))}
        </ul>
      )}
      {changes.length > 0 && (
        <>
          <p>Changed by somebody else in the meantime:</p>
          <ul>
            {changes.map(({ path, before, after }) => (
              <li key={path}>
                <code>{path}</code> {JSON.stringify(before)} → {JSON.stringify(after)}
              </li>
            ))}
          </ul>
        </>
      )}
      <Remedy owner={problem.owner} fix={fix} />
      <div className="kore-problem-facts">
        <span>{problem.code}</span>
        {problem.retryable && <span>may pass by itself</span>}
        {problem.requestId && (
          <span>
            request <Copy text={problem.requestId} what="request id" />
          </span>
        )}
      </div>
    </div>
  )
}

/** Whose move it is and what they do. */
export function Remedy({ owner, fix }: { owner: Problem['owner']; fix: readonly string[] }) {
  return (
    <div className="kore-remedy">
      <span className="kore-owner">{OWNERS[owner]}</span>
      {fix.length === 1 && <span>{fix[0]}</span>}
      {fix.length > 1 && (
        <ol>
          {fix.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ol>
      )}
    </div>
  )
}
