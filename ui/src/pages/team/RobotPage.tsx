import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { roleBindingsQuery } from '@/api/kinds/roleBindings'
import { robotQuery, type Robot } from '@/api/kinds/robots'
import { ActionButton } from '@/components/ActionButton'
import { Copy } from '@/components/Copy'
import { Facts } from '@/components/Facts'
import { Loaded } from '@/components/Loaded'
import { ObjectHeader } from '@/components/ObjectHeader'
import { Failed } from '@/components/states'
import { Time } from '@/components/Time'
import { GrantRole } from '../access/GrantRole'
import { Grants } from '../access/Grants'
import { DeleteRobot } from './robots/DeleteRobot'
import { RobotTokens } from './robots/RobotTokens'
import { RobotTrust } from './robots/RobotTrust'
import { robotStatus } from './robots/status'
import { SwitchRobot } from './robots/SwitchRobot'
import { UseRobot } from './robots/UseRobot'
import './team.css'

/** One robot: whom it trusts, what it may do, its tokens, and what a job has to say. */
export function RobotPage() {
  const { team, robot } = useParams({ from: '/shell/teams/$team/robots/$robot' })
  return (
    <Loaded query={robotQuery(team, robot)} what="robot" title={robot}>
      {(found) => <Shown robot={found} />}
    </Loaded>
  )
}

function Shown({ robot }: { robot: Robot }) {
  const { metadata, spec, status } = robot
  const team = metadata.team ?? ''
  const navigate = useNavigate()
  const [open, setOpen] = useState<'delete' | 'switch' | 'grant' | null>(null)
  const grants = useQuery(roleBindingsQuery({ filter: `subject=robot:${team}/${metadata.name}`, orderBy: 'role', limit: '200' }))
  const roles = grants.data?.items ?? []
  const at = roles.find(({ spec: { scope } }) => scope?.cluster)?.spec.scope?.cluster
  const crumbs = [
    { text: team, to: '/teams/$team', params: { team } },
    { text: 'Robots', to: '/teams/$team/robots', params: { team } },
  ] as const
  const guard = { permission: 'robot.write', team }
  const actions = (
    <>
      <ActionButton {...guard} variant="secondary" onClick={() => setOpen('switch')}>
        {spec.disabled ? 'Enable' : 'Disable'}
      </ActionButton>
      <ActionButton {...guard} variant="secondary" isDanger onClick={() => setOpen('delete')}>
        Delete
      </ActionButton>
    </>
  )
  return (
    <ObjectHeader title={metadata.name} status={robotStatus(robot)} crumbs={crumbs} lead={spec.description ?? 'A program’s account'} actions={actions}>
      <div className="kore-columns">
        <div className="kore-stack kore-grow">
          <RobotTrust robot={robot} />
          <section className="kore-card">
            <div className="kore-card-head">
              <h2>What it may do</h2>
              <ActionButton permission="roleBinding.write" team={team} variant="secondary" size="sm" onClick={() => setOpen('grant')}>
                Give a role
              </ActionButton>
            </div>
            {grants.error && !grants.data ? (
              <Failed error={grants.error} onRetry={() => void grants.refetch()} />
            ) : (
              <Grants grants={roles} team={team} none="Nothing: it has no role yet." isLoading={grants.isPending} isOfOne />
            )}
          </section>
          <RobotTokens robot={robot} />
          <UseRobot robot={robot} cluster={at ? `${team}/${at}` : `${team}/CLUSTER`} />
        </div>
        <aside className="kore-card kore-side" aria-label="About the robot">
          <h2>About</h2>
          <Facts
            facts={{
              'Last used': <Time at={status?.lastUsedAt} otherwise="never" />,
              Created: <Time at={metadata.creationTimestamp} />,
              'In clusters': <Copy text={`kore:robot:${team}:${metadata.name}`} what="name in clusters" />,
              'In the activity': <Copy text={`robot:${team}/${metadata.name}`} what="name in the activity" />,
              'What it comes to': <Copy text={`kore access holds ${team}/${metadata.name}`} what="command" />,
              'Why a job is refused': <Copy text={`kore audit list -t ${team} --filter action=robot.exchange -o wide`} what="command" />,
            }}
          />
        </aside>
      </div>
      {open === 'delete' && <DeleteRobot robot={robot} onClose={() => setOpen(null)} onDeleted={() => void navigate({ to: '/teams/$team/robots', params: { team } })} />}
      {open === 'switch' && <SwitchRobot robot={robot} onClose={() => setOpen(null)} />}
      {open === 'grant' && <GrantRole team={team} subject={`robot:${team}/${metadata.name}`} onClose={() => setOpen(null)} />}
    </ObjectHeader>
  )
}
