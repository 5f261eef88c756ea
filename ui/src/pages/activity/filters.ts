import type { ListSearch } from '@/components/list/search'
import { formatFilter, parseFilter, type Term } from '@/lib/filter'

/** What the URL says of a page of records. */
export interface ActivitySearch extends ListSearch {
  /** Only the last while, as `24h`. */
  since?: string
  /** The record that is unfolded. */
  open?: string
  /** It does not follow what happens. */
  still?: boolean
}

export const SINCE = [
  { value: '', label: 'All that is kept', hours: null },
  { value: '1h', label: 'Last hour', hours: 1 },
  { value: '24h', label: 'Last 24 hours', hours: 24 },
  { value: '7d', label: 'Last 7 days', hours: 168 },
  { value: '30d', label: 'Last 30 days', hours: 720 },
] as const

/** Fields to filter by, as people call them, and how they are compared. */
export const FIELDS = [
  { key: 'actor', label: 'Who', operator: '~', hint: 'ana' },
  { key: 'action', label: 'Action', operator: '~', hint: 'cluster.' },
  { key: 'object', label: 'Object', operator: '~', hint: 'payments/dev' },
  { key: 'team', label: 'Team', operator: '=', hint: 'payments' },
  { key: 'code', label: 'Code', operator: '=', hint: 'KORE-AUTH-0002' },
  { key: 'requestId', label: 'Request', operator: '=', hint: 'id' },
  { key: 'after', label: 'Not before', operator: '>=', hint: '' },
  { key: 'before', label: 'Before', operator: '<', hint: '' },
] as const
export type FieldKey = (typeof FIELDS)[number]['key']

export const RESULTS = ['allowed', 'denied', 'refused', 'failed'] as const
export const SOURCES = ['cli', 'console', 'api', 'gateway', 'controller'] as const

const NAMES: Readonly<Record<string, string>> = {
  actor: 'Who', action: 'Action', object: 'Object', team: 'Team', code: 'Code', requestId: 'Request', result: 'Result', source: 'From', at: 'Time',
}
const OPERATORS: Readonly<Record<Term['operator'], string>> = {
  '=': 'is', '!=': 'is not', '~': 'contains', '>=': 'not before', '<=': 'until', '>': 'after', '<': 'before',
}

/** A term in words, as "Who contains ana". */
export const termWords = ({ field, operator, value }: Term): string => `${NAMES[field] ?? field} ${OPERATORS[operator]} ${value}`

/** The filter with one more term; one that says the same is not said twice. */
export function withTerm(filter: string, key: FieldKey, value: string): string {
  const operator = FIELDS.find((field) => field.key === key)?.operator ?? '='
  const field = key === 'after' || key === 'before' ? 'at' : key
  const others = parseFilter(filter).filter((term) => term.field !== field || term.operator !== operator)
  return formatFilter([...others, { field, operator, value }])
}

/** What is asked of the server: the filter and the time that it goes back to. */
export function filterOf({ filter = '', since }: ActivitySearch, now: Date): string {
  const hours = SINCE.find(({ value }) => value === since)?.hours
  if (!hours) return filter
  const at = new Date(now.getTime() - hours * 3_600_000).toISOString()
  return formatFilter([...parseFilter(filter), { field: 'at', operator: '>=', value: at }])
}

export function activitySearch(given: Record<string, unknown>): ActivitySearch {
  const text = (name: string) => (typeof given[name] === 'string' && given[name] !== '' ? given[name] : undefined)
  const limit = Number(given.limit)
  return {
    filter: text('filter'),
    limit: [20, 50, 100].find((one) => one === limit),
    after: text('after'),
    since: SINCE.find(({ value }) => value !== '' && value === given.since)?.value,
    open: text('open'),
    still: given.still === true || given.still === 'true' ? true : undefined,
  }
}
