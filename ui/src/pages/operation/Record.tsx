import { Link } from '@tanstack/react-router'
import type { Operation } from '@/api/types'
import { Sign } from '@/components/StatusLabel'

/** What a deletion leaves, which is nothing, and the record of it. */
export function Record({ operation }: { operation: Operation }) {
  const { remainder, action, state, target } = operation
  if (action !== 'delete') return null
  if (!remainder) {
    return state === 'done' ? null : (
      <section className="kore-card kore-record">
        <h2>Record</h2>
        <p>It ends with the record that nothing is left. What is not verified gone keeps it open.</p>
      </section>
    )
  }
  const { gone, left } = remainder
  return (
    <section className="kore-card kore-record">
      <h2>Record</h2>
      <p className="kore-record-sum">
        <Sign tone={left === 0 ? 'ok' : 'bad'} />
        <strong>{left === 0 ? 'Nothing is left' : `${left} of ${gone + left} are left`}</strong>
      </p>
      <p>
        {gone + left} things were made for it, {gone} are verified gone, {left} are left.
      </p>
      {left === 0 && state === 'done' && target.kind === 'Cluster' && (
        <p className="kore-hint">
          A kubeconfig that names it is cleaned by <code>{`kore kubeconfig remove ${target.team ?? ''}/${target.name}`}</code>.
          {target.team && (
            <>
              {' '}
              <Link to="/teams/$team/clusters" params={{ team: target.team }}>
                To the team’s clusters
              </Link>
            </>
          )}
        </p>
      )}
    </section>
  )
}
