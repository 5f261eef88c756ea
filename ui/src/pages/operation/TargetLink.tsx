import { Link } from '@tanstack/react-router'
import type { Operation } from '@/api/types'

/** The object that an operation works on, with a link where it has a page. */
export function TargetLink({ target: { kind, team, name } }: { target: Operation['target'] }) {
  if (kind !== 'Cluster' || !team) return <>{team ? `${kind} ${team}/${name}` : `${kind} ${name}`}</>
  return (
    <Link to="/teams/$team/clusters/$cluster" params={{ team, cluster: name }}>
      {team}/{name}
    </Link>
  )
}
