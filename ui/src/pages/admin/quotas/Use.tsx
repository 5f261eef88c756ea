import type { Schema } from '@/api/types'
import { amount, type Counted } from './words'
import './quotas.css'

/** How much of a limit is used, as words and as a bar. */
export function Use({ name, line }: { name: Counted; line: Schema<'QuotaLine'> | undefined }) {
  if (!line) return <>–</>
  const { used, limit } = line
  if (limit === null || limit === undefined) {
    return (
      <span className="kore-quota-use">
        {amount(name, used)} <span className="kore-second">no limit</span>
      </span>
    )
  }
  const share = limit === 0 ? (used > 0 ? 100 : 0) : Math.min(100, (used / limit) * 100)
  const tone = used >= limit ? 'bad' : share >= 80 ? 'warn' : 'ok'
  return (
    <span className="kore-quota-use">
      {amount(name, used)} of {amount(name, limit)}
      <svg width="100%" height="6" aria-hidden="true">
        <rect className="kore-quota-use-all" width="100%" height="6" rx="3" />
        <rect className={`kore-bar-${tone}`} width={`${share}%`} height="6" rx="3" />
      </svg>
    </span>
  )
}
