import { Banner } from '@patternfly/react-core'
import { rehearsalText } from '@/lib/rehearsal'
import { useWhoAmI } from '@/session/whoami'

/** Says on every page, wherever that is scrolled to, that what stands in for a cloud is not that cloud. */
export function RehearsalBanner() {
  const text = rehearsalText(useWhoAmI().rehearsal)
  if (text === null) return null
  return (
    <section aria-label="Rehearsal" className="kore-notice">
      <Banner color="purple">{text}</Banner>
    </section>
  )
}
