import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table'
import { useQuery } from '@tanstack/react-query'
import { holdingsQuery, type Holding } from '@/api/kinds/access'
import { Empty, Failed, Loading } from '@/components/states'
import { Time } from '@/components/Time'
import { permissionText } from './permissions'

/** What somebody holds: roles, where, by what, until when, and what they allow. */
export function Holdings({ subject, team }: { subject: string | null; team?: string }) {
  const { data, error, isPending, refetch } = useQuery(holdingsQuery(subject))
  if (error && !data) return <Failed error={error} onRetry={() => void refetch()} />
  if (isPending) return <Loading rows={3} what="Looking up what they hold" />
  const holds = data?.holds.filter((one) => team === undefined || concerns(one, team)) ?? []
  if (holds.length === 0) {
    return <Empty title={team ? 'No role here' : 'No role anywhere'}>{team ? `Nothing that they hold reaches ${team}. What they may ask for is no role yet.` : 'A team’s owner adds members, and roles are bound by whoever may.'}</Empty>
  }
  return (
    <div className="kore-table">
      <Table aria-label="What they hold" variant="compact" gridBreakPoint="grid-md">
        <Thead>
          <Tr>
            <Th>Role</Th>
            <Th>Where</Th>
            <Th>By</Th>
            <Th>Until</Th>
            <Th>Allows</Th>
          </Tr>
        </Thead>
        <Tbody>
          {holds.map((one) => (
            <Tr key={`${one.role} ${one.scope} ${one.via}`}>
              <Td dataLabel="Role">{one.role}</Td>
              <Td dataLabel="Where">{one.scope}</Td>
              <Td dataLabel="By">
                {one.via}
                {(one.networks?.length ?? 0) > 0 && <span className="kore-second">only from {one.networks?.join(', ')}</span>}
              </Td>
              <Td dataLabel="Until">
                <Time at={one.until} otherwise="no end" />
              </Td>
              <Td dataLabel="Allows">
                <Allows permissions={one.permissions} />
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
    </div>
  )
}

const concerns = ({ scope }: Holding, team: string) =>
  scope === 'the platform' || scope.split(/[\s/]/).includes(team)

function Allows({ permissions }: { permissions: readonly string[] }) {
  return (
    <details>
      <summary className="kore-more kore-nowrap">{permissions.length === 1 ? '1 permission' : `${permissions.length} permissions`}</summary>
      <ul>
        {permissions.map((name) => (
          <li key={name}>
            <code>{name}</code> {permissionText(name)}
          </li>
        ))}
      </ul>
    </details>
  )
}
