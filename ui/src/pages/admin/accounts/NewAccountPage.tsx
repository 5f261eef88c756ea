import { Link, useSearch } from '@tanstack/react-router'
import { allCloudsQuery } from '@/api/kinds/clouds'
import { allTeamsQuery } from '@/api/kinds/teams'
import { Loaded } from '@/components/Loaded'
import { PageFrame } from '@/components/PageFrame'
import { Permitted } from '@/components/Permitted'
import { ByHand } from './ByHand'
import { ByRule } from './ByRule'

const CRUMBS = [{ text: 'Accounts', to: '/admin/accounts' }] as const
const WAYS = [
  { title: 'By the rules', by: undefined },
  { title: 'By hand', by: 'hand' },
] as const

const namesOf = (objects: readonly { metadata: { name: string } }[]) => objects.map(({ metadata }) => metadata.name)

/** A new account: the one that the rules give a team and a stage, or one that no rule is for. */
export function NewAccountPage() {
  const search = useSearch({ from: '/shell/admin/accounts/-/new' })
  const { team, stage, by } = search
  return (
    <PageFrame title="Create an account" crumbs={CRUMBS} lead="Kore makes it in the cloud’s organisation, with the roles that Kore takes there. That takes some minutes, and goes on whoever looks.">
      <Permitted permission="cloud.write">
        <nav aria-label="Which account" className="kore-tabs">
          {WAYS.map((way) => (
            <Link key={way.title} to="/admin/accounts/-/new" search={{ ...search, by: way.by }} activeOptions={{ exact: true, includeSearch: true }} aria-current={way.by === by ? 'page' : undefined}>
              {way.title}
            </Link>
          ))}
        </nav>
        {by === 'hand' ? (
          <div className="kore-card">
            <Loaded query={allCloudsQuery} what="clouds">
              {(clouds) => (
                <Loaded query={allTeamsQuery} what="teams">
                  {(teams) => <ByHand clouds={namesOf(clouds)} teams={namesOf(teams)} team={team} stage={stage} />}
                </Loaded>
              )}
            </Loaded>
          </div>
        ) : (
          <Loaded query={allTeamsQuery} what="teams">
            {(teams) => <ByRule key={`${team ?? ''}/${stage ?? ''}`} teams={namesOf(teams)} team={team ?? ''} stage={stage ?? ''} />}
          </Loaded>
        )}
      </Permitted>
    </PageFrame>
  )
}
