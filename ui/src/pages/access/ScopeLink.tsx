import { Link } from '@tanstack/react-router'
import type { ScopeLike } from './scope'

/** Where a role holds, led to where that can be looked at. */
export function ScopeLink({ scope: { team, cluster, namespace } }: { scope: ScopeLike }) {
  if (!team) return <>the platform</>
  if (!cluster) {
    return (
      <>
        <Link to="/teams/$team" params={{ team }}>
          {team}
        </Link>
        <span className="kore-second">team</span>
      </>
    )
  }
  return (
    <>
      <Link to="/teams/$team/clusters/$cluster" params={{ team, cluster }}>
        {team}/{cluster}
      </Link>
      <span className="kore-second">{namespace ? `only namespace ${namespace}` : 'cluster'}</span>
    </>
  )
}
