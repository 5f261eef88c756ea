import { Link } from '@tanstack/react-router'
import { useWhoAmI } from '@/session/whoami'
import { targetOf } from './words'

/** What something was done to, led to its page where there is one. */
export function ObjectLink({ object }: { object: string }) {
  const me = useWhoAmI()
  const target = targetOf(object)
  const hidden = target?.to === '/admin/users/$user' && !me.platformRole
  if (!target || hidden) return <>{object}</>
  return (
    <Link to={target.to} params={target.params}>
      {object}
    </Link>
  )
}
