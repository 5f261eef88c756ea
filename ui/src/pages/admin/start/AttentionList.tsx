import { Link } from '@tanstack/react-router'
import type { Attention } from '@/api/overview'
import { Remedy } from '@/components/ProblemAlert'
import { Sign } from '@/components/StatusLabel'
import { Time } from '@/components/Time'

const TONES = { critical: 'bad', warning: 'warn', info: 'off' } as const
const WORDS = { critical: 'Critical', warning: 'Warning', info: 'Note' } as const

/** What needs somebody, the worst first: what, why, whose move it is, and where to make it. */
export function AttentionList({ items }: { items: readonly Attention[] }) {
  return (
    <ul className="kore-attention">
      {items.map((item) => (
        <li key={`${item.kind} ${item.team ?? ''} ${item.object.kind} ${item.object.name}`}>
          <Sign tone={TONES[item.severity]} />
          <div>
            <div className="kore-attention-title">
              <span className="pf-v6-screen-reader">{WORDS[item.severity]}: </span>
              <Target item={item} /> {item.title}
              <span className="kore-second">
                <Time at={item.since} otherwise="" />
              </span>
            </div>
            <p>{item.detail}</p>
            <Remedy owner={item.owner} fix={item.fix ?? []} />
            {item.code && <p className="kore-problem-facts">{item.code}</p>}
          </div>
        </li>
      ))}
    </ul>
  )
}

function Target({ item: { team, object, kind } }: { item: Attention }) {
  const { name } = object
  if (object.kind === 'Cluster' && team) {
    return (
      <Link to="/teams/$team/clusters/$cluster" params={{ team, cluster: name }}>
        {team}/{name}
      </Link>
    )
  }
  if (kind === 'elevationWaits') return <Link to="/admin/access-requests">Access request</Link>
  if (object.kind === 'AddressPool') return <Link to="/admin/address-pools">{name}</Link>
  if (kind === 'invitationEnds' && team) {
    return (
      <Link to="/teams/$team/members" params={{ team }}>
        {team}
      </Link>
    )
  }
  if (kind === 'tokenEnds') {
    return team ? (
      <Link to="/teams/$team/robots" params={{ team }}>
        {team}: {name}
      </Link>
    ) : (
      <Link to="/account">{name}</Link>
    )
  }
  return <strong>{team ? `${team}/${name}` : name}</strong>
}
