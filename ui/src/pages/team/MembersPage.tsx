import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { membershipsQuery, type Membership } from '@/api/kinds/members'
import { ActionButton, ActionItem } from '@/components/ActionButton'
import { ActionMenu } from '@/components/ActionMenu'
import { ResourceList, type Column } from '@/components/list/ResourceList'
import { Empty } from '@/components/states'
import { Time } from '@/components/Time'
import { useWhoAmI } from '@/session/whoami'
import { AddMember } from './members/AddMember'
import { ChangeRole } from './members/ChangeRole'
import { Invite } from './members/Invite'
import { MembersFrame } from './members/MembersFrame'
import { RemoveMember } from './members/RemoveMember'
import { sourceText } from './members/roles'
import './team.css'

const COLUMNS: readonly Column<Membership>[] = [
  { title: 'Name', sort: 'name', cell: (member) => <Name member={member} /> },
  { title: 'Role', sort: 'role', cell: (member) => <Role member={member} /> },
  { title: 'From', sort: 'source', cell: ({ status }) => (status ? sourceText(status.source, status.group) : '–') },
  { title: 'Since', sort: 'created', cell: ({ metadata }) => <Time at={metadata.creationTimestamp} /> },
]

const ROLES = ['viewer', 'developer', 'maintainer', 'owner'].map((value) => ({ value, label: value }))
const FILTERS = [
  { field: 'name', label: 'Name' },
  { field: 'role', label: 'Role', options: ROLES },
] as const

type Open = { what: 'add' | 'invite' } | { what: 'role' | 'remove'; member: Membership } | null

/** Who is in a team, with which role, and by what. */
export function MembersPage() {
  const { team } = useParams({ from: '/shell/teams/$team' })
  const search = useSearch({ from: '/shell/teams/$team/members' })
  const navigate = useNavigate({ from: '/teams/$team/members' })
  const [open, setOpen] = useState<Open>(search.open ? { what: search.open } : null)
  const close = () => {
    setOpen(null)
    if (search.open) void navigate({ search: { ...search, open: undefined }, replace: true })
  }
  const invite = (
    <ActionButton permission="membership.write" team={team} onClick={() => setOpen({ what: 'invite' })}>
      Invite
    </ActionButton>
  )
  const actions = (
    <>
      <ActionButton permission="membership.write" team={team} variant="secondary" onClick={() => setOpen({ what: 'add' })}>
        Add member
      </ActionButton>
      {invite}
    </>
  )
  return (
    <MembersFrame team={team} title="Members" actions={actions}>
      <ResourceList
        label="Members"
        columns={COLUMNS}
        idOf={(member) => member.metadata.uid ?? member.metadata.name}
        query={(parameters) => membershipsQuery(team, parameters)}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        filters={FILTERS}
        defaultSort="name"
        empty={
          <Empty title="Nobody is in the team" action={invite} cli={`kore team invitation create ${team} --role owner`}>
            Members have a role in everything that the team owns.
          </Empty>
        }
        actions={(member) => (
          <ActionMenu label={`Actions of ${member.metadata.name}`}>
            <ActionItem permission="membership.write" team={team} onClick={() => setOpen({ what: 'role', member })}>
              Change role…
            </ActionItem>
            <ActionItem permission="membership.write" team={team} isDanger onClick={() => setOpen({ what: 'remove', member })}>
              Remove…
            </ActionItem>
          </ActionMenu>
        )}
      />
      {open?.what === 'invite' && <Invite team={team} onClose={close} />}
      {open?.what === 'add' && <AddMember team={team} onClose={close} />}
      {open?.what === 'role' && <ChangeRole member={open.member} onClose={close} />}
      {open?.what === 'remove' && <RemoveMember member={open.member} onClose={close} />}
    </MembersFrame>
  )
}

function Name({ member: { metadata } }: { member: Membership }) {
  const me = useWhoAmI()
  return (
    <>
      {metadata.name}
      {metadata.name === me.name && <span className="kore-second">you</span>}
    </>
  )
}

/** The role that holds, and what was given directly where a group gives more. */
function Role({ member: { spec, status } }: { member: Membership }) {
  const role = status?.role ?? spec.role
  return (
    <>
      {role}
      {role !== spec.role && <span className="kore-second">{spec.role} directly</span>}
    </>
  )
}
