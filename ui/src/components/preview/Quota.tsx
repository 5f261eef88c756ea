import type { Preview } from '@/api/types'
import { Part } from './PreviewParts'
import { quotaWords } from './words'

/** What it takes of the team's quota: what is used, what comes, and what there may be. */
export function QuotaPart({ lines }: { lines: NonNullable<Preview['quota']> }) {
  const shown = lines.map(quotaWords).filter(({ asked, limit }) => asked !== null || limit !== null)
  if (shown.length === 0) return null
  return (
    <Part title="Quota" tone={shown.some(({ isOver }) => isOver) ? 'bad' : 'ok'}>
      <dl className="kore-quota">
        {shown.map(({ title, used, asked, limit, share, isOver }) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>
              {used} used
              {asked && (
                <>
                  , <strong>{asked} more</strong>
                </>
              )}
              {limit === null ? ', no limit' : `, of ${limit}`}
              {isOver && <span className="kore-warned"> – too much</span>}
              {share && (
                <svg width="100%" height="5" aria-hidden="true">
                  <rect width="100%" height="5" rx="2.5" className="kore-meter" />
                  <rect width={`${share.used * 100}%`} height="5" rx="2.5" className="kore-bar-off" />
                  <rect x={`${share.used * 100}%`} width={`${Math.min(1 - share.used, share.asked) * 100}%`} height="5" className={isOver ? 'kore-bar-bad' : 'kore-bar-busy'} />
                </svg>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </Part>
  )
}
