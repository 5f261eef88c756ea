import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table'
import type { Schema } from '@/api/types'
import { plain } from '@/components/schema/shape'
import { StatusLabel } from '@/components/StatusLabel'
import './policies.css'

const verdict = (refusals: readonly unknown[]) =>
  refusals.length > 0 ? ({ tone: 'bad', text: 'refused', message: null } as const) : ({ tone: 'ok', text: 'allowed', message: null } as const)

/** Teams that a change means the same to have one row. */
function grouped(verdicts: readonly Schema<'VerdictChange'>[]) {
  const rows = new Map<string, Omit<Schema<'VerdictChange'>, 'team'> & { teams: string[] }>()
  for (const { team, ...verdict } of verdicts) {
    const key = JSON.stringify(verdict.cluster ? [team, verdict] : verdict)
    const row = rows.get(key) ?? { ...verdict, teams: [] }
    row.teams.push(team)
    rows.set(key, row)
  }
  return [...rows.values()]
}

/** Whose verdict would be another one. */
export function Verdicts({ verdicts }: { verdicts: readonly Schema<'VerdictChange'>[] }) {
  if (verdicts.length === 0) return <p>Nobody’s verdict changes.</p>
  return (
    <div className="kore-table">
      <Table aria-label="Whose verdict changes" variant="compact" gridBreakPoint="grid-md">
        <Thead>
          <Tr>
            <Th>Teams</Th>
            <Th>Plan</Th>
            <Th>Cluster</Th>
            <Th>Before</Th>
            <Th>After</Th>
            <Th>Because</Th>
          </Tr>
        </Thead>
        <Tbody>
          {grouped(verdicts).map(({ teams, plan, cluster, before, after }) => (
            <Tr key={`${teams.join()} ${plan} ${cluster ?? ''}`}>
              <Td dataLabel="Teams">{teams.join(', ')}</Td>
              <Td dataLabel="Plan">{plan}</Td>
              <Td dataLabel="Cluster">{cluster ?? 'new ones'}</Td>
              <Td dataLabel="Before">
                <StatusLabel status={verdict(before)} />
              </Td>
              <Td dataLabel="After">
                <StatusLabel status={verdict(after)} />
              </Td>
              <Td dataLabel="Because">
                {(after.length > 0 ? after : before).map(({ path, policy, reason, value }) => (
                  <span key={`${path} ${policy}`} className="kore-because">
                    <code>{path}</code>
                    {value !== undefined && ` is ${plain(value)}`}: {reason} ({policy})
                  </span>
                ))}
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
    </div>
  )
}
