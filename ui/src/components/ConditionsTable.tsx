import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table'
import type { Condition } from '@/api/types'
import { words } from '@/lib/status'
import { StatusLabel } from './StatusLabel'
import { Time } from './Time'

/** Conditions that are good when they are false. */
const GOOD_WHEN_FALSE = /^(Progressing|Stalled|Degraded|Failed|FailureTarget|Suspended|DisruptionTarget)$|Pressure$|Unavailable$|Failure$/

const tone = ({ type, status }: Condition) => {
  if (status === 'Unknown') return 'warn'
  if (type === 'Progressing') return status === 'True' ? 'busy' : 'off'
  return (status === 'True') === !GOOD_WHEN_FALSE.test(type) ? 'ok' : 'bad'
}

/** What Kore says about an object, as it says it. */
export function ConditionsTable({ conditions }: { conditions: readonly Condition[] }) {
  return (
    <Table aria-label="Conditions" variant="compact">
      <Thead>
        <Tr>
          <Th modifier="nowrap">Condition</Th>
          <Th modifier="nowrap">Status</Th>
          <Th modifier="nowrap">Reason</Th>
          <Th modifier="nowrap">Message</Th>
          <Th modifier="nowrap">Since</Th>
        </Tr>
      </Thead>
      <Tbody>
        {conditions.map((condition) => (
          <Tr key={condition.type}>
            <Td dataLabel="Condition">{words(condition.type)}</Td>
            <Td dataLabel="Status">
              <StatusLabel status={{ tone: tone(condition), text: condition.status, message: null }} />
            </Td>
            <Td dataLabel="Reason">{words(condition.reason)}</Td>
            <Td dataLabel="Message">{condition.message || '–'}</Td>
            <Td dataLabel="Since">
              <Time at={condition.lastTransitionTime} />
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  )
}
