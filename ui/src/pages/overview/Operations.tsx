import { Link } from '@tanstack/react-router'
import type { Operation } from '@/api/types'
import { Sign } from '@/components/StatusLabel'
import { Time } from '@/components/Time'
import { TargetLink } from '../operation/TargetLink'

const DOING = { create: 'is made', change: 'is changed', delete: 'is deleted' } as const
const DONE = { create: 'could not be made', change: 'could not be changed', delete: 'could not be deleted' } as const

/** What Kore does now, with the step that it is at. */
function Running({ operations }: { operations: readonly Operation[] }) {
  if (operations.length === 0) return <p className="kore-fine">Nothing is under way.</p>
  return (
    <ul className="kore-attention">
      {operations.map((operation) => {
        const done = operation.steps.filter(({ state }) => state === 'done' || state === 'skipped').length
        const now = operation.steps.find(({ state }) => state === 'running' || state === 'retrying')
        return (
          <li key={operation.id}>
            <Sign tone="busy" />
            <div>
              <div className="kore-attention-title">
                <TargetLink target={operation.target} /> {DOING[operation.action]}
                <span className="kore-second">
                  {operation.requestedBy.replace(/^user:/, '')}, <Time at={operation.createdAt} />
                </span>
              </div>
              <p>
                Step {Math.min(done + 1, operation.steps.length)} of {operation.steps.length}
                {now ? `: ${now.title}${now.waitingFor ? `, waiting for ${now.waitingFor}` : ''}` : ''}{' '}
                <Link to="/operations/$operation" params={{ operation: operation.id }}>
                  watch
                </Link>
              </p>
            </div>
          </li>
        )
      })}
    </ul>
  )
}

/** What went wrong, whether or not it is still so. */
function Failures({ operations }: { operations: readonly Operation[] }) {
  if (operations.length === 0) return <p className="kore-fine">No operation failed.</p>
  return (
    <ul className="kore-attention">
      {operations.map(({ id, target, action, failure, createdAt, endedAt }) => (
        <li key={id}>
          <Sign tone={failure?.retryable ? 'warn' : 'bad'} />
          <div>
            <div className="kore-attention-title">
              <TargetLink target={target} /> {DONE[action]}
              <span className="kore-second">
                <Time at={endedAt ?? createdAt} />
              </span>
            </div>
            <p>
              {failure?.message}{' '}
              <Link to="/operations/$operation" params={{ operation: id }}>
                why, and what to do
              </Link>
            </p>
            {failure && <p className="kore-problem-facts">{failure.code}</p>}
          </div>
        </li>
      ))}
    </ul>
  )
}

/** What is under way and what failed lately, a card each. */
export function OperationCards({ running, failed }: { running: readonly Operation[]; failed: readonly Operation[] }) {
  return (
    <>
      <section className="kore-card" aria-label="Under way">
        <h2>Under way</h2>
        <Running operations={running} />
      </section>
      <section className="kore-card" aria-label="Failed lately">
        <h2>Failed lately</h2>
        <Failures operations={failed} />
      </section>
    </>
  )
}
