import type { Schema } from '@/api/types'
import { StatusLabel } from '../StatusLabel'
import type { Tone } from '@/lib/status'
import { unseen } from './words'

type Check = Schema<'Check'>

const RESULTS: Record<Check['result'], { tone: Tone; text: string }> = {
  pass: { tone: 'ok', text: 'Pass' },
  warn: { tone: 'warn', text: 'Warning' },
  unknown: { tone: 'bad', text: 'Unknown' },
  fail: { tone: 'bad', text: 'Fails' },
}

/** Whether it holds what is asked for: what failed does, and what could not be looked at. */
export const holds = ({ checks }: { checks: readonly Check[] }): boolean => checks.some(({ result }) => result === 'fail' || result === 'unknown')

/** What was looked at before an upgrade, what was found, and what to do. */
export function Preflight({ preflight }: { preflight: Schema<'Preflight'> }) {
  const reason = unseen(preflight)
  return reason ? <p>Nothing could be looked at: {reason}.</p> : <Checks checks={preflight.checks} />
}

/** What was looked at, the worst first. */
export function Checks({ checks }: { checks: readonly Check[] }) {
  const order: Check['result'][] = ['fail', 'unknown', 'warn', 'pass']
  const sorted = checks.toSorted((a, b) => order.indexOf(a.result) - order.indexOf(b.result))
  return (
    <ul className="kore-checks">
      {sorted.map(({ name, title, result, detail = [], fix = [] }) => (
        <li key={name}>
          <StatusLabel status={{ ...RESULTS[result], message: null }} />
          <div>
            <strong>{title}</strong>
            {[...new Set(detail)].map((line) => (
              <p key={line}>{line}</p>
            ))}
            {fix.length > 0 && result !== 'pass' && (
              <ul className="kore-fixes">
                {fix.map((line) => (
                  <li key={line}>{line}</li>
                ))}
              </ul>
            )}
          </div>
        </li>
      ))}
    </ul>
  )
}
