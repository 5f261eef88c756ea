import { Tooltip } from '@patternfly/react-core'
import { usePreferences } from '@/lib/preferences'
import { useStore } from '@/lib/store'
import { clock } from '@/lib/time'
import { health } from './client'

/** Whether what is on screen follows what happens. */
export function LiveDot() {
  const { state, since } = useStore(health)
  const { zone } = usePreferences()
  const texts = {
    connecting: 'Connecting',
    live: 'Live',
    reconnecting: `Reconnecting; as it was at ${clock(new Date(since), zone)}`,
    'signed-out': `Signed out; as it was at ${clock(new Date(since), zone)}`,
  }
  const text = texts[state]
  return (
    <Tooltip content={text}>
      <button type="button" className={`kore-live kore-live-${state}`} aria-label={`Updates: ${text}`} />
    </Tooltip>
  )
}
