import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table'
import type { PurposeCheck } from '@/api/kinds/clouds'
import { StatusLabel } from '@/components/StatusLabel'
import { checkStatus } from './words'

/** The last check, purpose by purpose, with each action that is missing. */
export function Checks({ checks, cloud }: { checks: readonly PurposeCheck[]; cloud: string }) {
  return (
    <section className="kore-card" aria-labelledby="checks">
      <h2 id="checks">What Kore is allowed</h2>
      {checks.length === 0 ? (
        <p>Nobody has looked yet.</p>
      ) : (
        <div className="kore-table">
          <Table aria-label={`Checks of ${cloud}`} variant="compact" gridBreakPoint="grid-md">
            <Thead>
              <Tr>
                <Th>Purpose</Th>
                <Th>Role</Th>
                <Th>Account</Th>
                <Th>Result</Th>
                <Th>Why</Th>
              </Tr>
            </Thead>
            <Tbody>
              {checks.map((check) => (
                <Tr key={`${check.purpose} ${check.account}`}>
                  <Td dataLabel="Purpose">{check.purpose}</Td>
                  <Td dataLabel="Role" modifier="nowrap">
                    <code>{check.role}</code>
                  </Td>
                  <Td dataLabel="Account">{check.account}</Td>
                  <Td dataLabel="Result" modifier="nowrap">
                    <StatusLabel status={checkStatus(check)} />
                  </Td>
                  <Td dataLabel="Why" modifier="breakWord">
                    <Why check={check} />
                  </Td>
                </Tr>
              ))}
            </Tbody>
          </Table>
        </div>
      )}
    </section>
  )
}

function Why({ check: { missing, message } }: { check: PurposeCheck }) {
  if (!missing?.length) return <>{message || '–'}</>
  return (
    <>
      {message && <p>{message}</p>}
      <ul className="kore-cloud-missing">
        {missing.map((action) => (
          <li key={action}>
            lacks <code>{action}</code>
          </li>
        ))}
      </ul>
    </>
  )
}
