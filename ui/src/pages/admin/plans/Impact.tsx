import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { impactQuery } from '@/api/kinds/plans'
import { Changes } from '@/components/Changes'
import { Failed, Loading } from '@/components/states'
import { count } from './words'

/** What a version would change in each cluster of its plan that is on another one. */
export function Impact({ version }: { version: string }) {
  const { data, error, refetch, isPending } = useQuery(impactQuery(version))
  if (error && !data) return <Failed error={error} onRetry={() => void refetch()} />
  if (isPending || !data) return <Loading what="Looking what it would change" rows={2} />
  if (data.length === 0) return <p>No cluster is on another version of this plan.</p>
  const blocked = data.filter((one) => (one.blocked?.length ?? 0) > 0).length
  return (
    <>
      <p>
        {count(data.length, 'cluster')} on other versions. Nothing is moved by itself.
        {blocked > 0 && ` ${blocked} could not be moved as ${blocked === 1 ? 'it is' : 'they are'}.`}
      </p>
      <ul className="kore-impact-list">
        {data.map(({ team, cluster, from, changes, blocked: stops }) => (
          <li key={`${team}/${cluster}`}>
            <Link to="/teams/$team/clusters/$cluster" params={{ team, cluster }}>
              {team}/{cluster}
            </Link>{' '}
            {from ? `is on v${from}` : 'is on no version'}
            {changes.length > 0 ? <Changes changes={changes} /> : <p className="kore-hint">Nothing would change.</p>}
            {stops?.map(({ pointer, detail }) => (
              <p key={pointer} className="kore-stop">
                cannot be moved: <code>{pointer.replace(/^\//, '').replaceAll('/', '.')}</code> {detail}
              </p>
            ))}
          </li>
        ))}
      </ul>
    </>
  )
}
