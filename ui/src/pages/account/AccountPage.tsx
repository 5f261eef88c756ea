import { Button } from '@patternfly/react-core'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Copy } from '@/components/Copy'
import { Facts } from '@/components/Facts'
import { PageFrame } from '@/components/PageFrame'
import { Time } from '@/components/Time'
import { useWhoAmI } from '@/session/whoami'
import { Holdings } from '../access/Holdings'
import { Section } from '../access/Section'
import { SessionsList } from '../users/SessionsList'
import { Preferences } from './Preferences'
import { Tokens } from './Tokens'
import '../access/access.css'

/** The one who looks at this page: who they are, what they hold, where they are signed in, what they like. */
export function AccountPage() {
  const me = useWhoAmI()
  const search = useSearch({ from: '/shell/account' })
  const navigate = useNavigate({ from: '/account' })
  const role = me.platformRole === 'admin' ? 'administrator' : (me.platformRole ?? 'none')
  return (
    <PageFrame title="My account" lead={`Signed in as ${me.name}.`}>
      <div className="kore-columns">
        <div className="kore-grow">
          <Tokens teams={me.teams.map(({ team }) => team)} />
          <SessionsList user={null} search={search} onSearch={(next) => void navigate({ search: next })} />
          <Section title="What you hold" lead="Every role, where, and by what you have it.">
            <Holdings subject={null} />
          </Section>
        </div>
        <aside className="kore-side kore-stack">
          <section className="kore-card" aria-labelledby="me">
            <h2 id="me">About you</h2>
            <Facts
              facts={{
                'Login name': me.name,
                'Platform role': role,
                Teams:
                  me.teams.length > 0 ? (
                    <ul>
                      {me.teams.map(({ team, role: inTeam }) => (
                        <li key={team}>
                          <Link to="/teams/$team" params={{ team }}>
                            {team}
                          </Link>
                          , {inTeam}
                        </li>
                      ))}
                    </ul>
                  ) : (
                    'none yet: ask a team’s owner for an invitation'
                  ),
                'This session ends': (
                  <>
                    <Time at={me.sessionExpiresAt} />, when it is not used
                  </>
                ),
                Id: <Copy text={me.id} what="id" />,
                'On the command line': <Copy text="kore whoami" what="command" />,
              }}
            />
          </section>
          <section className="kore-card kore-stack" aria-labelledby="secrets">
            <h2 id="secrets">Password and second factor</h2>
            <p>They are on a page of the server’s own, apart from the console.</p>
            <p>
              <Button component="a" href="/auth/account" variant="secondary" size="sm">
                Open sign-in settings
              </Button>
            </p>
          </section>
          <Preferences />
        </aside>
      </div>
    </PageFrame>
  )
}
