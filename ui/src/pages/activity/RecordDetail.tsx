import { Button } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { operationsQuery } from '@/api/kinds/operations'
import type { AuditRecord } from '@/api/kinds/audit'
import { Copy } from '@/components/Copy'
import { Facts } from '@/components/Facts'
import { usePreferences } from '@/lib/preferences'
import { absolute, instant } from '@/lib/time'
import { withTerm, type ActivitySearch } from './filters'
import { operationIn } from './words'

interface Props {
  record: AuditRecord
  search: ActivitySearch
  onSearch: (search: ActivitySearch) => void
}

/** Everything on record about one thing that was done. */
export function RecordDetail({ record, search, onSearch }: Props) {
  const { zone } = usePreferences()
  const { requestId, changes = [], actor } = record
  const operation = useOperation(record)
  const at = instant(record.at)
  const only = (key: 'requestId' | 'actor', value: string) => onSearch({ ...search, filter: withTerm('', key, value), since: undefined, after: undefined, open: record.id })
  return (
    <div className="kore-record">
      <Facts
        facts={{
          At: at ? absolute(at, zone) : record.at,
          Who: (
            <span className="kore-row">
              <code>{actor}</code>
              <Button variant="link" size="sm" onClick={() => only('actor', actor)}>
                all they did
              </Button>
            </span>
          ),
          Code: record.code ? <Copy text={record.code} what="code" /> : null,
          'HTTP status': record.status,
          Detail: record.detail,
          Operation: operation ? (
            <Link to="/operations/$operation" params={{ operation }}>
              {operation}
            </Link>
          ) : null,
          Request: requestId ? (
            <span className="kore-row">
              <Copy text={requestId} what="request id" />
              <Button variant="link" size="sm" onClick={() => only('requestId', requestId)}>
                all of this request
              </Button>
            </span>
          ) : null,
          Record: <Copy text={record.id} what="record id" />,
        }}
      />
      {changes.length > 0 && <Changes changes={changes} />}
    </div>
  )
}

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

function Changes({ changes }: { changes: NonNullable<AuditRecord['changes']> }) {
  return (
    <table className="kore-diff">
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ path, before, after }) => (
          <tr key={path}>
            <th scope="row">{path}</th>
            <td data-gone>{before === undefined || before === null ? '' : `− ${shown(before)}`}</td>
            <td data-new>{after === undefined || after === null ? '' : `+ ${shown(after)}`}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const KINDS: Readonly<Record<string, string>> = { cluster: 'Cluster', clusternamespace: 'ClusterNamespace' }
const VERB = /^(cluster|clusternamespace)\.(create|update|delete)\b/

/** The operation that a change began: named in the record, or the one with the same request. */
function useOperation({ action, detail, object, team, requestId, result }: AuditRecord): string | null {
  const named = operationIn(detail)
  const kind = KINDS[VERB.exec(action)?.[1] ?? '']
  const name = object.split('/').at(-1) ?? ''
  const found = useQuery({
    ...operationsQuery(team ?? null, { filter: `target.kind=${kind ?? ''},target.name=${name}`, orderBy: '-created', limit: '20' }),
    enabled: named === null && kind !== undefined && Boolean(team) && result === 'allowed',
  })
  return named ?? found.data?.items.find((one) => one.requestId === requestId)?.id ?? null
}
