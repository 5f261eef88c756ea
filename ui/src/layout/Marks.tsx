import { Banner } from '@patternfly/react-core'
import { marks } from '@/lib/marks'
import { useWhoAmI } from '@/session/whoami'

/** Says on every page, wherever that is scrolled to, what the installation is marked with. */
export function Marks() {
  const all = marks(useWhoAmI())
  if (all.length === 0) return null
  return (
    <div className="kore-notice">
      {all.map(({ name, text }) => (
        <section key={name} aria-label={name}>
          <Banner color={name === 'Rehearsal' ? 'purple' : 'orangered'}>{text}</Banner>
        </section>
      ))}
    </div>
  )
}
