import { amount, share } from '@/lib/quantity'

interface Props {
  /** What is counted, as "CPU requested"; left out where the head of a column says it. */
  what?: string
  /** What Kubernetes calls it; then the figures are quantities. */
  resource?: string
  used: string | number
  /** How much there may be; nothing means no limit. */
  hard: string | number | null | undefined
  /** The figures in other words. */
  show?: string
  /** One line, for cells of lists. */
  isSmall?: boolean
}

/** How much of something is used, in figures and as a bar. */
export function UseBar({ what, resource = '', used, hard, show, isSmall }: Props) {
  const part = share(used, hard)
  const tone = part === null || part < 80 ? 'ok' : part < 100 ? 'warn' : 'bad'
  const say = (value: string | number) => (typeof value === 'string' ? amount(resource, value) : String(value))
  const figures = show ?? (hard === null || hard === undefined ? `${say(used)}, no limit` : `${say(used)} of ${say(hard)}`)
  return (
    <div className={isSmall ? 'kore-use kore-use-small' : 'kore-use'}>
      {what && <span className="kore-use-what">{what}</span>}
      <span className="kore-use-figures">{figures}</span>
      {part !== null && (
        <svg width="100%" height="6" aria-hidden="true">
          <rect className="kore-use-track" width="100%" height="6" rx="3" />
          <rect className={`kore-bar-${tone}`} width={`${part === 0 ? 0 : Math.max(2, part)}%`} height="6" rx="3" />
        </svg>
      )}
    </div>
  )
}
