import { Banner } from '@patternfly/react-core'
import { useNow } from '@/lib/now'
import { usePreferences } from '@/lib/preferences'
import { useStore } from '@/lib/store'
import { clock } from '@/lib/time'
import { health } from './client'

/** How long a stream may be away before people are told. */
const PATIENCE = 4_000

/** Says that the page no longer follows what happens. */
export function LiveBanner() {
  const { state, since } = useStore(health)
  const { zone } = usePreferences()
  const now = useNow(1000)
  const away = state === 'reconnecting' || state === 'connecting'
  const late = now.getTime() - since > PATIENCE
  return (
    <div aria-live="polite">
      {away && late && (
        <Banner color="yellow" className="kore-live-banner">
          No updates since {clock(new Date(since), zone)}. Trying again by itself; what you see may be old.
        </Banner>
      )}
    </div>
  )
}
