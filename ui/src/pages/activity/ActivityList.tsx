import { Switch } from '@patternfly/react-core'
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { recordsQuery, type AuditRecord } from '@/api/kinds/audit'
import { ApiError } from '@/api/problems'
import { ListPages } from '@/components/list/ListPages'
import { Empty, Failed, Loading, NoResults } from '@/components/states'
import { StatusLabel } from '@/components/StatusLabel'
import { Time } from '@/components/Time'
import { ActivityFilters } from './ActivityFilters'
import { ExportButton } from './ExportRecords'
import { filterOf, type ActivitySearch } from './filters'
import { ObjectLink } from './ObjectLink'
import { RecordDetail } from './RecordDetail'
import { actionWords, resultStatus } from './words'
import { subjectName } from '../access/scope'
import './activity.css'

interface Props {
  /** Only of this team. */
  team: string | null
  search: ActivitySearch
  onSearch: (search: ActivitySearch) => void
}

/** Who did what, newest first; follows what happens while the first page is shown. */
export function ActivityList({ team, search, onSearch }: Props) {
  const [opened] = useState(() => new Date())
  const filter = useMemo(() => filterOf({ filter: search.filter, since: search.since }, opened), [search.filter, search.since, opened])
  const follows = !search.still && search.after === undefined
  const list = useQuery(recordsQuery(team, follows, { limit: String(search.limit ?? 50), filter: filter || undefined, continue: search.after }))
  const records = list.data?.items ?? []
  const narrowed = filter !== ''
  const nothing = list.isSuccess && records.length === 0 && search.after === undefined
  const old = list.error instanceof ApiError && list.error.status === 410
  if (list.error instanceof ApiError && list.error.status === 403) return <Failed error={list.error} />
  return (
    <section className="kore-list" aria-label="Activity">
      <ActivityFilters search={search} onSearch={onSearch} without={team === null ? [] : ['team']}>
        <Switch id="kore-follow" label="Follow" isChecked={follows} isDisabled={search.after !== undefined} onChange={(_, on) => onSearch({ ...search, still: on ? undefined : true })} />
        <ExportButton team={team} filter={filter} />
      </ActivityFilters>
      {list.isPending && <Loading rows={8} what="Loading the activity" />}
      {list.isError && !list.data && <Failed error={list.error} onRetry={() => (old ? onSearch({ ...search, after: undefined }) : void list.refetch())} />}
      {nothing && narrowed && <NoResults onClear={() => onSearch({ ...search, filter: undefined, since: undefined })} />}
      {nothing && !narrowed && (
        <Empty title="Nothing on record yet" cli={team === null ? 'kore audit list' : `kore audit list -t ${team}`}>
          Changes, refusals, sign-ins, reads of credentials and every request of kubectl are put on record.
        </Empty>
      )}
      {records.length > 0 && (
        <>
          <div className="kore-table" aria-busy={list.isPlaceholderData}>
            <Table aria-label="Activity" variant="compact" gridBreakPoint="grid-md">
              <Thead>
                <Tr>
                  <Th screenReaderText="More" />
                  <Th>When</Th>
                  <Th>Who</Th>
                  <Th>What</Th>
                  <Th>On</Th>
                  <Th>Result</Th>
                  <Th>From</Th>
                </Tr>
              </Thead>
              {records.map((record, at) => (
                <Row key={record.id} record={record} at={at} team={team} isOpen={search.open === record.id} search={search} onSearch={onSearch} />
              ))}
            </Table>
          </div>
          <ListPages search={{ ...search, limit: search.limit ?? 50 }} onSearch={(next) => onSearch({ ...search, ...next, open: undefined })} next={list.data?.metadata.continue || undefined} count={records.length} remaining={list.data?.metadata.remainingItemCount ?? undefined} />
        </>
      )}
    </section>
  )
}

interface RowProps extends Props {
  record: AuditRecord
  at: number
  isOpen: boolean
}

function Row({ record, at, team, isOpen, search, onSearch }: RowProps) {
  const { actor, action, object, source, address } = record
  const toggle = () => onSearch({ ...search, open: isOpen ? undefined : record.id })
  return (
    <Tbody isExpanded={isOpen}>
      <Tr>
        <Td expand={{ rowIndex: at, isExpanded: isOpen, onToggle: toggle, expandId: `record-${record.id}` }} />
        <Td dataLabel="When">
          <Time at={record.at} />
        </Td>
        <Td dataLabel="Who">{subjectName(actor)}</Td>
        <Td dataLabel="What">
          {actionWords(action)}
          <span className="kore-second">{action}</span>
        </Td>
        <Td dataLabel="On" className="kore-object">
          <ObjectLink object={object} />
          {team === null && record.team && <span className="kore-second">{record.team}</span>}
        </Td>
        <Td dataLabel="Result">
          <StatusLabel status={resultStatus(record)} />
        </Td>
        <Td dataLabel="From">
          {source}
          {address && <span className="kore-second">{address}</span>}
        </Td>
      </Tr>
      {isOpen && (
        <Tr isExpanded>
          <Td colSpan={7}>
            <RecordDetail record={record} search={search} onSearch={onSearch} />
          </Td>
        </Tr>
      )}
    </Tbody>
  )
}
