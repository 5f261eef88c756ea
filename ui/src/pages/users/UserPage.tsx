import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { userQuery, type User } from '@/api/kinds/users'
import { Copy } from '@/components/Copy'
import { Facts } from '@/components/Facts'
import { Loaded } from '@/components/Loaded'
import { ObjectHeader } from '@/components/ObjectHeader'
import { Time } from '@/components/Time'
import { command } from '@/lib/quote'
import { Link } from '@tanstack/react-router'
import { Holdings } from '../access/Holdings'
import { Section } from '../access/Section'
import { SessionsList } from './SessionsList'
import { UserActions } from './UserActions'
import { platformRoleText, userStatus } from './words'
import '../access/access.css'

const CRUMBS = [{ text: 'Users', to: '/admin/users' }] as const

/** A person: who they are, what they hold, where they are signed in. */
export function UserPage() {
  const { user } = useParams({ from: '/shell/admin/users/$user' })
  return (
    <Loaded query={userQuery(user)} what="user" title={user}>
      {(found) => <Shown user={found} />}
    </Loaded>
  )
}

function Shown({ user }: { user: User }) {
  const search = useSearch({ from: '/shell/admin/users/$user' })
  const navigate = useNavigate({ from: '/admin/users/$user' })
  const { metadata, spec, status } = user
  const { name } = metadata
  return (
    <ObjectHeader title={name} status={userStatus(user)} crumbs={CRUMBS} lead={spec.displayName ?? undefined} actions={<UserActions user={user} />}>
      <div className="kore-columns">
        <div className="kore-grow">
          <Section title="What they hold" lead="Every role, where, and by what they have it.">
            <Holdings subject={`user:${name}`} />
          </Section>
          <SessionsList user={name} search={search} onSearch={(next) => void navigate({ search: next })} />
        </div>
        <aside className="kore-card kore-side" aria-label="About the user">
          <h2>About</h2>
          <Facts
            facts={{
              'Platform role': platformRoleText(user),
              'E-mail': spec.email ? <Copy text={spec.email} what="e-mail address" /> : null,
              'Second factor': status?.secondFactor ? 'set up' : 'not set up',
              Added: <Time at={metadata.creationTimestamp} />,
              'What they did': (
                <Link to="/admin/activity" search={{ filter: `actor=user:${name}` }}>
                  activity of {name}
                </Link>
              ),
              Id: metadata.uid ? <Copy text={metadata.uid} what="id" /> : null,
              'On the command line': <Copy text={command(['kore', 'access', 'holds'], name)} what="command" />,
            }}
          />
        </aside>
      </div>
    </ObjectHeader>
  )
}
