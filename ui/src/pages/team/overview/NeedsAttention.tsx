import { Link } from '@tanstack/react-router'
import type { Attention } from '@/api/overview'
import { Remedy } from '@/components/ProblemAlert'
import { Sign } from '@/components/StatusLabel'
import { Time } from '@/components/Time'

const TONES = { critical: 'bad', warning: 'warn', info: 'busy' } as const

/** Where somebody goes about it. */
function pathOf(team: string, { object: { kind, name } }: Attention): string | null {
  const at = `/teams/${team}`
  switch (kind) {
    case 'Cluster':
      return `${at}/clusters/${name}`
    case 'ClusterNamespace':
      return `${at}/namespaces/${name}`
    case 'Invitation':
      return `${at}/members/invitations`
    case 'Token':
    case 'Robot':
      return `${at}/robots`
    case 'Elevation':
      return `${at}/access`
    default:
      return null
  }
}

/** What needs somebody in the team, the worst first. */
export function NeedsAttention({ team, items }: { team: string; items: readonly Attention[] }) {
  return (
    <section className="kore-card" aria-live="polite">
      <h2>Needs attention</h2>
      {items.length === 0 && (
        <p className="kore-preview-line">
          <Sign tone="ok" /> <span>Nothing needs anybody.</span>
        </p>
      )}
      <ul className="kore-lines">
        {items.map((one) => (
          <Line key={`${one.kind} ${one.object.kind} ${one.object.name}`} team={team} one={one} />
        ))}
      </ul>
    </section>
  )
}

function Line({ team, one }: { team: string; one: Attention }) {
  const path = pathOf(team, one)
  return (
    <li className="kore-line">
      <Sign tone={TONES[one.severity] === 'busy' ? 'off' : TONES[one.severity]} />
      <span>{path ? <Link to={path}>{one.title}</Link> : one.title}</span>
      <span className="kore-line-end">
        <Time at={one.since} otherwise="" />
      </span>
      <span className="kore-whole">{one.detail}</span>
      <div className="kore-whole kore-hint">
        <Remedy owner={one.owner} fix={one.fix ?? []} />
      </div>
    </li>
  )
}
