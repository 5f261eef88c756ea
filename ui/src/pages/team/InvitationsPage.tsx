import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { invitationsQuery, type Invitation } from '@/api/kinds/members'
import { ActionButton, ActionItem } from '@/components/ActionButton'
import { ActionMenu } from '@/components/ActionMenu'
import { ResourceList, type Column } from '@/components/list/ResourceList'
import { Empty } from '@/components/states'
import { StatusLabel } from '@/components/StatusLabel'
import { Time } from '@/components/Time'
import type { Status } from '@/lib/status'
import { Invite } from './members/Invite'
import { MembersFrame } from './members/MembersFrame'
import { RevokeInvitation } from './members/RevokeInvitation'
import './team.css'

const STATES: Record<string, Status> = {
  open: { tone: 'ok', text: 'Open', message: 'Whoever has the link may use it.' },
  usedUp: { tone: 'off', text: 'Used up', message: 'As many used it as may.' },
  expired: { tone: 'off', text: 'Expired', message: 'Its time is over.' },
  revoked: { tone: 'off', text: 'Revoked', message: 'It was taken back.' },
  void: { tone: 'warn', text: 'Void', message: 'Who invited may not do so any more.' },
}

const COLUMNS: readonly Column<Invitation>[] = [
  { title: 'For', sort: 'address', cell: ({ spec }) => spec.address ?? 'whoever has the link' },
  { title: 'Role', sort: 'role', cell: ({ spec }) => spec.role },
  { title: 'State', sort: 'state', cell: ({ status }) => <StatusLabel status={STATES[status?.state ?? 'open'] ?? { tone: 'off', text: status?.state ?? '', message: null }} /> },
  { title: 'Used by', cell: (one) => <Uses invitation={one} /> },
  { title: 'Ends', sort: 'expires', cell: ({ spec }) => <Time at={spec.expiresAt} /> },
  { title: 'Invited by', sort: 'invitedBy', cell: ({ status, metadata }) => <>{status?.invitedBy} <span className="kore-second"><Time at={metadata.creationTimestamp} /></span></> },
]

const FILTERS = [
  { field: 'state', label: 'State', options: Object.entries(STATES).map(([value, { text }]) => ({ value, label: text.toLowerCase() })) },
  { field: 'address', label: 'Address' },
] as const

/** Offers of a role in a team, and who took them up. */
export function InvitationsPage() {
  const { team } = useParams({ from: '/shell/teams/$team' })
  const search = useSearch({ from: '/shell/teams/$team/members/invitations' })
  const navigate = useNavigate({ from: '/teams/$team/members/invitations' })
  const [isInviting, setInviting] = useState(false)
  const [revoking, setRevoking] = useState<Invitation | null>(null)
  const invite = (
    <ActionButton permission="membership.write" team={team} onClick={() => setInviting(true)}>
      Invite
    </ActionButton>
  )
  return (
    <MembersFrame team={team} title="Invitations" actions={invite}>
      <ResourceList
        label="Invitations"
        columns={COLUMNS}
        idOf={(one) => one.metadata.uid ?? one.metadata.name}
        query={(parameters) => invitationsQuery(team, parameters)}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        filters={FILTERS}
        defaultSort="-created"
        empty={
          <Empty title="No invitations yet" action={invite} cli={`kore team invitation create ${team} --role developer`}>
            An invitation is a link with which people join the team, for a while and for as many as you say.
          </Empty>
        }
        actions={(one) => (
          <ActionMenu label={`Actions of the invitation for ${one.spec.address ?? one.spec.role} by ${one.status?.invitedBy ?? ''}`}>
            <ActionItem
              permission="membership.write"
              team={team}
              blocked={one.status?.state === 'open' ? null : 'It does not work any more.'}
              isDanger
              onClick={() => setRevoking(one)}
            >
              Revoke…
            </ActionItem>
          </ActionMenu>
        )}
      />
      {isInviting && <Invite team={team} onClose={() => setInviting(false)} />}
      {revoking && <RevokeInvitation invitation={revoking} onClose={() => setRevoking(null)} />}
    </MembersFrame>
  )
}

function Uses({ invitation: { status } }: { invitation: Invitation }) {
  const by = status?.usedBy ?? []
  return (
    <>
      {by.length === 0 ? 'nobody yet' : by.map(({ user }) => user).join(', ')}
      {(status?.usesLeft ?? 0) > 0 && <span className="kore-second">{status?.usesLeft} left</span>}
    </>
  )
}
