import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { invitationsQuery } from '@/api/kinds/members'
import { usePermission } from '@/api/permissions'
import { Time } from '@/components/Time'

/** Invitations that nobody has used up yet, for those who may see them. */
export function OpenInvitations({ team }: { team: string }) {
  const { allowed, pending } = usePermission('membership.write', { team })
  const found = useQuery({ ...invitationsQuery(team, { filter: 'state=open', orderBy: 'expires', limit: '5' }), enabled: allowed && !pending })
  if (!found.data || found.data.items.length === 0) return null
  return (
    <section className="kore-card">
      <div className="kore-card-head">
        <h2>Open invitations</h2>
        <Link to="/teams/$team/members/invitations" params={{ team }}>
          All
        </Link>
      </div>
      <ul className="kore-lines">
        {found.data.items.map(({ metadata, spec, status }) => (
          <li key={metadata.name} className="kore-line">
            <span>{spec.address ?? 'Whoever has the link'}</span>
            <span className="kore-closed">as {spec.role}</span>
            <span className="kore-line-end">
              {(status?.usesLeft ?? 1) > 1 ? `${status?.usesLeft} left, ` : ''}ends <Time at={spec.expiresAt} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
