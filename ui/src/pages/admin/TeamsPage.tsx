import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { teamsQuery } from '@/api/kinds/teams'
import type { Team } from '@/api/types'
import { ActionButton, ActionItem } from '@/components/ActionButton'
import { ActionMenu } from '@/components/ActionMenu'
import { ResourceList, type Column } from '@/components/list/ResourceList'
import { PageFrame } from '@/components/PageFrame'
import { Empty } from '@/components/states'
import { StatusLabel } from '@/components/StatusLabel'
import { Time } from '@/components/Time'
import { statusOf } from '@/lib/status'
import { DeleteTeam } from '../team/settings/DeleteTeam'
import { CreateTeam } from './CreateTeam'

const COLUMNS: readonly Column<Team>[] = [
  { title: 'Name', sort: 'name', cell: (team) => <TeamName team={team} /> },
  { title: 'Status', sort: 'ready', cell: (team) => <StatusLabel status={statusOf(team)} /> },
  { title: 'Description', cell: (team) => team.spec.description ?? '–' },
  { title: 'Created', sort: 'created', cell: (team) => <Time at={team.metadata.creationTimestamp} /> },
]

const FILTERS = [
  { field: 'name', label: 'Name' },
  { field: 'ready', label: 'Ready', options: [{ value: 'True', label: 'yes' }, { value: 'False', label: 'no' }] },
] as const

/** All teams of the platform. */
export function TeamsPage() {
  const search = useSearch({ from: '/shell/admin/teams' })
  const navigate = useNavigate({ from: '/admin/teams' })
  const [creating, setCreating] = useState(false)
  const [deleting, setDeleting] = useState<Team | null>(null)
  const create = (
    <ActionButton permission="team.create" onClick={() => setCreating(true)}>
      Create team
    </ActionButton>
  )
  return (
    <PageFrame title="Teams" lead="Teams own clusters, and people are members of teams." actions={create}>
      <ResourceList
        label="Teams"
        columns={COLUMNS}
        idOf={(team) => team.metadata.uid ?? team.metadata.name}
        query={teamsQuery}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        filters={FILTERS}
        defaultSort="name"
        empty={
          <Empty title="No teams yet" action={create} cli="kore team create NAME">
            Teams own clusters; whoever makes one is its first owner.
          </Empty>
        }
        actions={(team) => (
          <ActionMenu label={`Actions of ${team.metadata.name}`}>
            <ActionItem permission="team.delete" team={team.metadata.name} isDanger onClick={() => setDeleting(team)}>
              Delete…
            </ActionItem>
          </ActionMenu>
        )}
      />
      {creating && <CreateTeam onClose={() => setCreating(false)} />}
      {deleting && <DeleteTeam team={deleting} onClose={() => setDeleting(null)} />}
    </PageFrame>
  )
}

function TeamName({ team }: { team: Team }) {
  const { name } = team.metadata
  return (
    <>
      <Link to="/teams/$team" params={{ team: name }}>
        {name}
      </Link>
      {team.spec.displayName && <span className="kore-second">{team.spec.displayName}</span>}
    </>
  )
}
