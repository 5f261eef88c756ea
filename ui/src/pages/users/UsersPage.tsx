import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { usersQuery, type User } from '@/api/kinds/users'
import { ActionButton } from '@/components/ActionButton'
import { ResourceList, type Column } from '@/components/list/ResourceList'
import { PageFrame } from '@/components/PageFrame'
import { Empty } from '@/components/states'
import { StatusLabel } from '@/components/StatusLabel'
import { Time } from '@/components/Time'
import { CreateUser } from './CreateUser'
import { UserActions } from './UserActions'
import { platformRoleText, userStatus } from './words'
import '../access/access.css'

const COLUMNS: readonly Column<User>[] = [
  { title: 'Name', sort: 'name', cell: (user) => <UserName user={user} /> },
  { title: 'State', sort: 'disabled', cell: (user) => <StatusLabel status={userStatus(user)} /> },
  { title: 'Platform role', sort: 'role', cell: platformRoleText },
  { title: 'E-mail', sort: 'email', cell: ({ spec }) => spec.email ?? '–' },
  { title: 'Second factor', cell: ({ status }) => (status?.secondFactor ? 'set up' : 'not set up') },
  { title: 'Created', sort: 'created', cell: ({ metadata }) => <Time at={metadata.creationTimestamp} /> },
]

const FILTERS = [
  { field: 'name', label: 'Name' },
  { field: 'email', label: 'E-mail' },
  { field: 'role', label: 'Platform role', options: [{ value: 'admin', label: 'administrator' }, { value: 'auditor', label: 'auditor' }] },
  { field: 'disabled', label: 'State', options: [{ value: 'false', label: 'enabled' }, { value: 'true', label: 'disabled' }] },
] as const

/** Everybody whom the platform knows. */
export function UsersPage() {
  const search = useSearch({ from: '/shell/admin/users' })
  const navigate = useNavigate({ from: '/admin/users' })
  const [creating, setCreating] = useState(false)
  const create = (
    <ActionButton permission="user.write" onClick={() => setCreating(true)}>
      Create user
    </ActionButton>
  )
  return (
    <PageFrame title="Users" lead="People who sign in. What they may do comes from teams, roles and groups." actions={create}>
      <ResourceList
        label="Users"
        columns={COLUMNS}
        idOf={({ metadata }) => metadata.uid ?? metadata.name}
        query={usersQuery}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        filters={FILTERS}
        defaultSort="name"
        empty={
          <Empty title="No users yet" action={create} cli="kore user add NAME">
            People sign in with a password of Kore’s own, or with an identity provider.
          </Empty>
        }
        actions={(user) => <UserActions user={user} />}
      />
      {creating && <CreateUser onClose={() => setCreating(false)} />}
    </PageFrame>
  )
}

function UserName({ user: { metadata, spec } }: { user: User }) {
  return (
    <>
      <Link to="/admin/users/$user" params={{ user: metadata.name }}>
        {metadata.name}
      </Link>
      {spec.displayName && <span className="kore-second">{spec.displayName}</span>}
    </>
  )
}
