import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { robotsQuery, type Robot } from '@/api/kinds/robots'
import { ActionButton, ActionItem } from '@/components/ActionButton'
import { ActionMenu } from '@/components/ActionMenu'
import { ResourceList, type Column } from '@/components/list/ResourceList'
import { PageFrame } from '@/components/PageFrame'
import { Empty } from '@/components/states'
import { StatusLabel } from '@/components/StatusLabel'
import { Time } from '@/components/Time'
import { Chips } from './namespaces/Chips'
import { DeleteRobot } from './robots/DeleteRobot'
import { SwitchRobot } from './robots/SwitchRobot'
import { proofs, robotStatus } from './robots/status'
import './team.css'

const COLUMNS: readonly Column<Robot>[] = [
  { title: 'Name', sort: 'name', cell: (robot) => <Name robot={robot} /> },
  { title: 'Status', sort: 'disabled', cell: (robot) => <StatusLabel status={robotStatus(robot)} /> },
  { title: 'Proves itself by', cell: (robot) => <Chips words={proofs(robot)} none="nothing" /> },
  { title: 'Last used', sort: 'lastUsed', cell: ({ status }) => <Time at={status?.lastUsedAt} otherwise="never" /> },
  { title: 'Created', sort: 'created', cell: ({ metadata }) => <Time at={metadata.creationTimestamp} /> },
]

const FILTERS = [
  { field: 'name', label: 'Name' },
  { field: 'disabled', label: 'Disabled', options: [{ value: 'false', label: 'no' }, { value: 'true', label: 'yes' }] },
] as const

/** Programs' accounts in a team. */
export function RobotsPage() {
  const { team } = useParams({ from: '/shell/teams/$team' })
  const search = useSearch({ from: '/shell/teams/$team/robots' })
  const navigate = useNavigate({ from: '/teams/$team/robots' })
  const [open, setOpen] = useState<{ what: 'delete' | 'switch'; robot: Robot } | null>(null)
  const create = (
    <ActionButton permission="robot.write" team={team} onClick={() => void navigate({ to: '/teams/$team/robots/new' })}>
      Create robot
    </ActionButton>
  )
  return (
    <PageFrame title="Robots" lead="Accounts of programs: CI jobs, deployment tools, scripts." crumbs={[{ text: team, to: '/teams/$team', params: { team } }]} actions={create}>
      <ResourceList
        label="Robots"
        columns={COLUMNS}
        idOf={(robot) => robot.metadata.uid ?? robot.metadata.name}
        query={(parameters) => robotsQuery(team, parameters)}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        filters={FILTERS}
        defaultSort="name"
        empty={
          <Empty title="No robots yet" action={create} cli={`kore robot create ${team}/NAME`}>
            A robot is a program’s account. CI jobs prove themselves with their own tokens: no secret has to be stored.
          </Empty>
        }
        actions={(robot) => (
          <ActionMenu label={`Actions of ${robot.metadata.name}`}>
            <ActionItem permission="robot.write" team={team} onClick={() => setOpen({ what: 'switch', robot })}>
              {robot.spec.disabled ? 'Enable…' : 'Disable…'}
            </ActionItem>
            <ActionItem permission="robot.write" team={team} isDanger onClick={() => setOpen({ what: 'delete', robot })}>
              Delete…
            </ActionItem>
          </ActionMenu>
        )}
      />
      {open?.what === 'delete' && <DeleteRobot robot={open.robot} onClose={() => setOpen(null)} />}
      {open?.what === 'switch' && <SwitchRobot robot={open.robot} onClose={() => setOpen(null)} />}
    </PageFrame>
  )
}

function Name({ robot: { metadata, spec } }: { robot: Robot }) {
  return (
    <>
      <Link to="/teams/$team/robots/$robot" params={{ team: metadata.team ?? '', robot: metadata.name }}>
        {metadata.name}
      </Link>
      {spec.description && <span className="kore-second">{spec.description}</span>}
    </>
  )
}
