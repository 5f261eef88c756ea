import { Alert } from '@patternfly/react-core'
import { asProblem } from '@/api/problems'
import { ProblemBody } from '../ProblemAlert'
import type { Previewed } from './usePreview'

/** What the server would refuse it for. */
export function Refusals({ previewed: { preview, error } }: { previewed: Previewed }) {
  const problems = error ? [asProblem(error)] : (preview?.problems ?? [])
  if (problems.length === 0) return null
  return (
    <div>
      {problems.map((problem) => (
        <Alert key={problem.code + problem.detail} isInline variant={problem.owner === 'you' ? 'warning' : 'danger'} title="It would be refused" className="kore-problem">
          <ProblemBody problem={problem} />
        </Alert>
      ))}
    </div>
  )
}
