import { Tooltip } from '@patternfly/react-core'
import { usePreferences } from '@/lib/preferences'
import { absolute, ago, instant } from '@/lib/time'
import { useNow } from '@/lib/now'

/** A moment: how long ago, and on hover and focus when exactly. */
export function Time({ at, otherwise = '–' }: { at: string | null | undefined; otherwise?: string }) {
  const { zone } = usePreferences()
  const now = useNow(10_000)
  const moment = instant(at)
  if (!moment) return <span className="kore-nowrap">{otherwise}</span>
  return (
    <Tooltip content={absolute(moment, zone)}>
      {/* Focusable, so that the exact time is there for the keyboard too. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <time dateTime={moment.toISOString()} tabIndex={0} className="kore-time">
        {ago(moment, now)}
      </time>
    </Tooltip>
  )
}
