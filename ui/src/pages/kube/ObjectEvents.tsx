import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table'
import { useLiveList } from '@/api/kube/useLiveList'
import type { ClusterAddress } from '@/api/kubernetes'
import { Empty, Failed, Loading } from '@/components/states'
import { StatusLabel } from '@/components/StatusLabel'
import { Time } from '@/components/Time'
import { eventCount, eventTime } from '@/lib/kube/others'
import type { KubeEventObject } from '@/lib/kube/types'
import { listPath } from './search'

interface Props {
  address: ClusterAddress
  namespace?: string
  /** Which events: of objects for which this holds. */
  selector?: Record<string, string>
  keep?: (event: KubeEventObject) => boolean
  /** Whether it says what each is about. */
  hasObject?: boolean
}

/** What Kubernetes has said about an object of late, newest first. */
export function ObjectEvents({ address, namespace, selector = {}, keep, hasObject }: Props) {
  const query = Object.entries(selector).map(([field, value]) => `involvedObject.${field}=${value}`).join(',')
  const path = `${listPath('/api/v1', 'events', namespace)}${query ? `?${new URLSearchParams({ fieldSelector: query })}` : ''}`
  const live = useLiveList<KubeEventObject>(address, path)
  if (live.phase === 'failed') return <Failed error={live.error} onRetry={live.again} />
  if (live.phase === 'loading') return <Loading what="Loading events" />
  const events = [...live.items.values()]
    .filter((event) => !keep || keep(event))
    .toSorted((a, b) => eventTime(b).localeCompare(eventTime(a)))
  if (events.length === 0) {
    return <Empty title="Nothing was said about it of late">Kubernetes keeps events for an hour. What happened before is gone.</Empty>
  }
  return (
    <div className="kore-table">
      <Table aria-label="Events" variant="compact" gridBreakPoint="grid-md">
        <Thead>
          <Tr>
            <Th modifier="fitContent">Last seen</Th>
            <Th>What</Th>
            {hasObject && <Th>About</Th>}
            <Th>Message</Th>
            <Th className="kore-kube-number">Times</Th>
          </Tr>
        </Thead>
        <Tbody>
          {events.slice(0, 200).map((event) => (
            <Tr key={event.metadata.uid}>
              <Td dataLabel="Last seen" modifier="fitContent"><Time at={eventTime(event)} /></Td>
              <Td dataLabel="What" modifier="fitContent">
                <StatusLabel status={{ tone: event.type === 'Warning' ? 'warn' : 'off', text: event.reason ?? event.type ?? '', message: null }} />
              </Td>
              {hasObject && <Td dataLabel="About">{`${event.involvedObject.kind ?? ''} ${event.involvedObject.name ?? ''}`}</Td>}
              <Td dataLabel="Message" className="kore-kube-message">{event.message}</Td>
              <Td dataLabel="Times" className="kore-kube-number">{eventCount(event)}</Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
    </div>
  )
}
