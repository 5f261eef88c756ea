import { useState } from 'react'
import type { Failure, Operation, Step } from '@/api/types'
import { useNow } from '@/lib/now'
import { stepStatus } from '@/lib/status'
import { duration } from '@/lib/time'
import { bars, type Bar } from '@/lib/timeline'
import { Remedy } from './ProblemAlert'
import { Sign } from './StatusLabel'
import { Time } from './Time'

/** Steps of an operation on one axis: what is done, what runs and for what it waits, what failed and whose move it is. */
export function OperationTimeline({ operation, isDetailed = false }: { operation: Operation; isDetailed?: boolean }) {
  const [all, setAll] = useState(false)
  const ongoing = operation.state === 'running' || operation.state === 'pending'
  const clock = useNow(ongoing ? 1000 : 60_000)
  const { total, bars: placed } = bars(operation, clock)
  const rows = operation.steps.map((step, at) => ({ step, bar: placed[at] ?? { start: 0, length: 0, took: null } }))
  const quiet = rows.filter(({ step }) => step.state === 'skipped')
  const shown = all ? rows : rows.filter(({ step }) => step.state !== 'skipped')
  const done = operation.steps.filter(({ state }) => state === 'done' || state === 'skipped').length
  return (
    <section className="kore-timeline" aria-label="Steps">
      <p className="kore-timeline-sum" aria-live="polite">
        {done} of {operation.steps.length} steps done
        <span>{duration(total)}</span>
      </p>
      {isDetailed && <Axis total={total} />}
      <ol>
        {shown.map(({ step, bar }) => (
          <StepRow key={step.name} step={step} bar={bar} isDetailed={isDetailed} />
        ))}
      </ol>
      {quiet.length > 0 && (
        <button type="button" className="kore-bare kore-more" onClick={() => setAll(!all)}>
          {all ? 'Hide' : 'Show'} {quiet.length} {quiet.length === 1 ? 'step' : 'steps'} with nothing to do
        </button>
      )}
    </section>
  )
}

/** What the bars are measured by. */
function Axis({ total }: { total: number }) {
  return (
    <div className="kore-step kore-axis" aria-hidden="true">
      <span />
      <span className="kore-axis-marks">
        <span>0</span>
        <span>{duration(total / 2)}</span>
        <span>{duration(total)}</span>
      </span>
      <span />
    </div>
  )
}

/** When a step began and ended, how often it was tried, and what the command line calls it. */
function StepDetails({ step }: { step: Step }) {
  return (
    <span className="kore-step-more kore-step-details">
      <code>{step.name}</code>
      {step.startedAt && (
        <span>
          began <Time at={step.startedAt} />
        </span>
      )}
      {step.endedAt && (
        <span>
          ended <Time at={step.endedAt} />
        </span>
      )}
      {step.attempts > 0 && <span>{step.attempts === 1 ? 'tried once' : `tried ${step.attempts} times`}</span>}
    </span>
  )
}

function StepRow({ step, bar, isDetailed }: { step: Step; bar: Bar; isDetailed: boolean }) {
  const [open, setOpen] = useState(false)
  const { tone, text } = stepStatus(step.state)
  return (
    <li className={`kore-step kore-step-${step.state}`}>
      <span className="kore-step-title">
        <Sign tone={tone} />
        {isDetailed ? (
          <button type="button" className="kore-bare kore-step-open" aria-expanded={open} onClick={() => setOpen(!open)}>
            {step.title}
            <span className="pf-v6-screen-reader">: {text}</span>
          </button>
        ) : (
          <span>
            {step.title}
            <span className="pf-v6-screen-reader">: {text}</span>
          </span>
        )}
        {step.attempts > 1 && <span className="kore-step-attempts">{step.attempts} attempts</span>}
      </span>
      <span className="kore-step-bar" aria-hidden="true">
        {bar.took !== null && <Track bar={bar} tone={tone} />}
      </span>
      <span className="kore-step-took">{bar.took === null ? '' : duration(bar.took)}</span>
      {open && <StepDetails step={step} />}
      {step.waitingFor && step.state !== 'done' && step.waitingFor !== step.failure?.message && <span className="kore-step-more">Waiting for {step.waitingFor}</span>}
      {step.startedAt && step.state === 'running' && !step.waitingFor && (
        <span className="kore-step-more">
          Began <Time at={step.startedAt} />
        </span>
      )}
      {step.failure && step.state !== 'done' && <StepFailure failure={step.failure} />}
    </li>
  )
}

/** The bar as a drawing: places in percent are attributes there, which a strict style policy allows. */
function Track({ bar, tone }: { bar: Bar; tone: string }) {
  return (
    <svg width="100%" height="8" role="presentation">
      <rect className={`kore-bar-${tone}`} x={`${bar.start}%`} width={`${bar.length}%`} y="1" height="6" rx="3" />
    </svg>
  )
}

function StepFailure({ failure }: { failure: Failure }) {
  return (
    <div className="kore-step-failure">
      <p>{failure.message}</p>
      {failure.cause && (
        <details>
          <summary>What it said itself</summary>
          <p className="kore-cause">{failure.cause}</p>
        </details>
      )}
      <Remedy owner={failure.owner} fix={failure.fix ?? []} />
      <p className="kore-problem-facts">
        <span>{failure.code}</span>
        {failure.retryable && <span>Kore tries again by itself</span>}
      </p>
    </div>
  )
}
