import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { ActionButton } from '@/components/ActionButton'
import { PageFrame } from '@/components/PageFrame'
import { Empty } from '@/components/states'
import { BindingsList } from '../access/BindingsList'
import { GrantRole } from '../access/GrantRole'
import type { AccessSearch } from '../access/search'
import { WhoMayWhat } from '../access/WhoMayWhat'
import { ElevationsList } from '../elevations/ElevationsList'
import { RequestElevation } from '../elevations/RequestElevation'
import { Waiting } from '../elevations/Waiting'
import '../access/access.css'

const VIEWS = [
  { view: undefined, title: 'Roles given' },
  { view: 'requests', title: 'For a while' },
  { view: 'who', title: 'Who may what' },
] as const

/** Who may what in a team, besides by their membership. */
export function AccessPage() {
  const { team } = useParams({ from: '/shell/teams/$team' })
  const search = useSearch({ from: '/shell/teams/$team/access' })
  const navigate = useNavigate({ from: '/teams/$team/access' })
  const { view, grant, request, subject, permission, cluster, ...list } = search
  const show = (next: AccessSearch) => void navigate({ search: next })
  const give = (
    <ActionButton permission="roleBinding.write" team={team} onClick={() => show({ ...search, grant: '' })}>
      Give a role
    </ActionButton>
  )
  const ask = (
    <ActionButton permission="elevation.request" variant="secondary" onClick={() => show({ ...search, request: '' })}>
      Ask for a role
    </ActionButton>
  )
  return (
    <PageFrame
      title="Access"
      lead={
        <>
          Roles besides those of <Link to="/teams/$team/members" params={{ team }}>members</Link>: for one cluster, one namespace, a robot, a while.
        </>
      }
      crumbs={[{ text: team, to: '/teams/$team', params: { team } }]}
      actions={
        <>
          {ask}
          {give}
        </>
      }
    >
      {view !== 'who' && <Waiting team={team} quiet />}
      <nav aria-label="Access" className="kore-tabs">
        {VIEWS.map(({ view: to, title }) => (
          <Link key={title} to="/teams/$team/access" params={{ team }} search={{ view: to }} activeOptions={{ exact: true, includeSearch: true }} aria-current={to === view ? 'page' : undefined}>
            {title}
          </Link>
        ))}
      </nav>
      {view === undefined && (
        <BindingsList
          team={team}
          search={list}
          onSearch={(next) => show({ ...next, view })}
          empty={
            <Empty title="No roles besides those of members" action={give} cli={`kore access grant USER ROLE ${team}`}>
              A binding gives a person or a robot a role in the team, one cluster or one namespace.
            </Empty>
          }
        />
      )}
      {view === 'requests' && (
        <ElevationsList
          team={team}
          search={list}
          onSearch={(next) => show({ ...next, view })}
          empty={
            <Empty title="Nobody has a role for a while" action={ask} cli={`kore elevation request ROLE ${team} --reason TEXT`}>
              A role that is given “only when asked for” is of no use until somebody asks for it with a reason.
            </Empty>
          }
        />
      )}
      {view === 'who' && <WhoMayWhat team={team} asked={{ subject, permission, cluster }} onAsk={(next) => show({ view, ...next })} />}
      {grant !== undefined && <GrantRole team={team} chosen={grant} onClose={() => show({ ...search, grant: undefined })} />}
      {request !== undefined && <RequestElevation team={team} onClose={() => show({ ...search, request: undefined, view: 'requests' })} />}
    </PageFrame>
  )
}
