import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table'
import { Link } from '@tanstack/react-router'
import type { Explanation, Plan } from '@/api/kinds/plans'
import type { PlanPolicy } from '@/api/kinds/policies'
import type { Team } from '@/api/types'
import { plain } from '@/components/schema/shape'
import { StatusLabel } from '@/components/StatusLabel'
import { measured } from '@/lib/quantity'
import { applying, covers, rowsOf, sayings } from './judge'

interface Props {
  plan: Plan
  teams: readonly Team[]
  policies: readonly PlanPolicy[]
  explanation: Explanation
}

const FEW = 3
const ALLOWED = { tone: 'ok', text: 'may change', message: null } as const
const LIMITED = { tone: 'warn', text: 'within limits', message: null } as const
const LOCKED = { tone: 'off', text: 'locked', message: null } as const

/** Teams for which the same policies apply have one column: most have. */
export function Matrix({ plan, teams, policies, explanation }: Props) {
  const columns = columnsOf(plan, teams, policies)
  return (
    <div className="kore-table kore-matrix">
      <Table aria-label={`What teams may change about ${plan.metadata.name}`} variant="compact" gridBreakPoint="">
        <Thead>
          <Tr>
            <Th className="kore-matrix-row">Parameter</Th>
            {columns.map(({ teams: names }) => (
              <Th key={names.join()} modifier="wrap">
                <Teams names={names} />
              </Th>
            ))}
          </Tr>
        </Thead>
        <Tbody>
          {rowsOf(explanation).map(({ path, title, value, unit, immutable }) => (
            <Tr key={path}>
              <Td dataLabel="Parameter" className="kore-matrix-row">
                {title}
                <span className="kore-second">
                  <code>{path}</code>
                  {value !== undefined && ` ${typeof value === 'number' ? measured(value, unit) : plain(value)}`}
                  {immutable && ', fixed once made'}
                </span>
              </Td>
              {columns.map(({ teams: names, policies: here }) => (
                <Td key={names.join()} dataLabel={names.join(', ')}>
                  {here === null ? <span className="kore-second">not offered this plan</span> : <Cell said={sayings(here, path)} />}
                </Td>
              ))}
            </Tr>
          ))}
        </Tbody>
      </Table>
    </div>
  )
}

/** Few teams by name, many by number with their names below. */
function Teams({ names }: { names: readonly string[] }) {
  const links = names.map((name) => (
    <Link key={name} to="/teams/$team" params={{ team: name }} className="kore-matrix-team">
      {name}
    </Link>
  ))
  if (names.length <= FEW) return links
  return (
    <details>
      <summary>{names.length} teams</summary>
      {links}
    </details>
  )
}

function Cell({ said }: { said: ReturnType<typeof sayings> }) {
  const status = said.some(({ locks }) => locks) ? LOCKED : said.length > 0 ? LIMITED : ALLOWED
  return (
    <span className="kore-matrix-cell">
      <StatusLabel status={status} />
      {said.map(({ policy, says, reason, owner }) => (
        <span key={`${policy} ${says} ${reason}`} className="kore-second">
          {says !== 'locked' && `${says}: `}
          {reason}.{' '}
          <Link to="/admin/policies/$policy" params={{ policy }}>
            {policy}
          </Link>{' '}
          of {owner}
        </span>
      ))}
    </span>
  )
}

function columnsOf(plan: Plan, teams: readonly Team[], policies: readonly PlanPolicy[]) {
  const columns = new Map<string, { teams: string[]; policies: PlanPolicy[] | null }>()
  for (const team of teams) {
    const here = covers(plan.spec.teams, team) ? applying(policies, plan, team) : null
    const key = here === null ? '-' : here.map(({ metadata }) => metadata.name).join(' ')
    const column = columns.get(key) ?? { teams: [], policies: here }
    column.teams.push(team.metadata.name)
    columns.set(key, column)
  }
  return [...columns.values()]
}
