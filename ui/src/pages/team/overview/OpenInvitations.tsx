import { Link } from '@tanstack/react-router'

/** That there are invitations which nobody has used up yet. */
export function OpenInvitations({ team, number }: { team: string; number: number }) {
  if (number === 0) return null
  return (
    <section className="kore-card">
      <h2>Open invitations</h2>
      <p>
        <Link to="/teams/$team/members/invitations" params={{ team }}>
          {number === 1 ? '1 invitation' : `${number} invitations`}
        </Link>{' '}
        can still be used.
      </p>
    </section>
  )
}
