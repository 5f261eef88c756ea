import { Banner } from '@patternfly/react-core'
import { marks } from '@/lib/marks'
import { useWhoAmI } from '@/session/whoami'

/** Says on every page, wherever that is scrolled to, what the installation is marked with. */
export function Marks() {
  return marks(useWhoAmI()).map(({ name, text }) => (
    <section key={name} aria-label={name} className="kore-notice">
      <Banner color={name === 'Rehearsal' ? 'purple' : 'orangered'}>{text}</Banner>
    </section>
  ))
}
