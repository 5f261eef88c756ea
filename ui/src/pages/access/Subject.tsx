import { Link } from '@tanstack/react-router'
import { useWhoAmI } from '@/session/whoami'
import { subjectName } from './scope'

/** Who: a person by name, a robot with its team; led to where that can be looked at. */
export function Subject({ subject }: { subject: string }) {
  const me = useWhoAmI()
  const name = subjectName(subject)
  if (subject.startsWith('robot:')) {
    const [team = '', robot = ''] = name.split('/')
    return (
      <>
        <Link to="/teams/$team/robots" params={{ team }}>
          {robot}
        </Link>
        <span className="kore-second">robot of {team}</span>
      </>
    )
  }
  if (!subject.startsWith('user:')) return <>{subject}</>
  const you = name === me.name ? <span className="kore-second">you</span> : null
  if (!me.platformRole) {
    return (
      <>
        {name}
        {you}
      </>
    )
  }
  return (
    <>
      <Link to="/admin/users/$user" params={{ user: name }}>
        {name}
      </Link>
      {you}
    </>
  )
}
