import { Link } from '@tanstack/react-router'
import type { Operation } from '@/api/types'
import { useWhoAmI } from '@/session/whoami'
import { isOfClouds } from './words'

/** The object that an operation works on, with a link where it has a page. */
export function TargetLink({ target }: { target: Operation['target'] }) {
  const me = useWhoAmI()
  const { kind, team, name } = target
  if (kind === 'Cluster' && team) {
    return (
      <Link to="/teams/$team/clusters/$cluster" params={{ team, cluster: name }}>
        {team}/{name}
      </Link>
    )
  }
  if (isOfClouds(target) && me.platformRole) return kind === 'CloudAccount' ? <Link to="/admin/accounts/$account" params={{ account: name }}>{name}</Link> : <Link to="/admin/clouds/$cloud" params={{ cloud: name }}>{name}</Link>
  return <>{team ? `${kind} ${team}/${name}` : `${kind} ${name}`}</>
}
