import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ApiError, asProblem } from '@/api/problems'
import type { Query } from '@/api/resource'
import type { ListParameters, Page } from '@/api/types'
import { Failed, Loading, NoResults } from '../states'
import { ListFilters, type FilterField } from './ListFilters'
import { ListPages } from './ListPages'
import { listParameters, type ListSearch } from './search'

/** A column. `sort` names the server's field, when the list can be sorted by it. */
export interface Column<T> {
  title: string
  cell: (item: T) => ReactNode
  sort?: string
  /** Shrinks to what is in it: for numbers and menus. */
  narrow?: boolean
}

interface Props<T> {
  /** What is listed, as "Teams". */
  label: string
  columns: readonly Column<T>[]
  idOf: (item: T) => string
  query: (parameters: ListParameters) => Query<Page<T>>
  search: ListSearch
  onSearch: (search: ListSearch) => void
  filters?: readonly FilterField[]
  /** The order when none is chosen, as `-created`. */
  defaultSort?: string
  empty: ReactNode
  /** The row's menu, an `ActionMenu`. */
  actions?: (item: T) => ReactNode
  /** Right of the filters. */
  toolbar?: ReactNode
}

/** A page of a list: the server filters, sorts and cuts; the URL says what is shown. */
export function ResourceList<T>(props: Props<T>) {
  const { label, columns, idOf, search, onSearch, filters = [], empty, actions, toolbar, defaultSort } = props
  const list = useQuery(props.query(listParameters(search, { sort: defaultSort })))
  const narrowed = (search.filter ?? '') !== ''
  const items = list.data?.items ?? []
  // There is nothing to filter for whoever may not see any of it.
  const refused = list.isError && !list.data && asProblem(list.error).status === 403
  const nothing = list.isSuccess && items.length === 0 && search.after === undefined

  return (
    <section aria-label={label} className="kore-list">
      {(filters.length > 0 || toolbar) && !refused && !(nothing && !narrowed) && (
        <ListFilters fields={filters} search={search} onSearch={onSearch} toolbar={toolbar} />
      )}
      {list.isError && !list.data && <FailedList error={list.error} onRetry={() => void list.refetch()} onFirst={() => onSearch({ ...search, after: undefined })} />}
      {list.isPending && <Loading what={`Loading ${label.toLowerCase()}`} />}
      {nothing && (narrowed ? <NoResults onClear={() => onSearch({ ...search, filter: undefined, after: undefined })} /> : empty)}
      {list.data && !nothing && (
        <>
          <div className="kore-table" aria-busy={list.isPlaceholderData}>
            <Table aria-label={label} variant="compact" gridBreakPoint="grid-md">
              <Header columns={columns} sort={search.sort ?? defaultSort} onSort={(sort) => onSearch({ ...search, sort, after: undefined })} hasActions={actions !== undefined} />
              <Tbody>
                {items.map((item) => (
                  <Tr key={idOf(item)}>
                    {columns.map(({ title, cell, narrow }) => (
                      <Td key={title} dataLabel={title} modifier={narrow ? 'fitContent' : undefined}>
                        {cell(item)}
                      </Td>
                    ))}
                    {actions && <Td isActionCell>{actions(item)}</Td>}
                  </Tr>
                ))}
              </Tbody>
            </Table>
          </div>
          <ListPages search={search} onSearch={onSearch} next={list.data.metadata.continue || undefined} count={items.length} remaining={list.data.metadata.remainingItemCount ?? undefined} />
        </>
      )}
    </section>
  )
}

interface HeaderProps<T> {
  columns: readonly Column<T>[]
  sort: string | undefined
  onSort: (sort: string) => void
  hasActions: boolean
}

function Header<T>({ columns, sort = '', onSort, hasActions }: HeaderProps<T>) {
  const descending = sort.startsWith('-')
  const field = sort.replace(/^-/, '')
  const index = columns.findIndex((column) => column.sort === field)
  return (
    <Thead>
      <Tr>
        {columns.map((column, at) => (
          <Th
            key={column.title}
            modifier={column.narrow ? 'fitContent' : undefined}
            sort={
              column.sort
                ? {
                    columnIndex: at,
                    sortBy: { index, direction: descending ? 'desc' : 'asc' },
                    onSort: (_, __, direction) => onSort(`${direction === 'desc' ? '-' : ''}${column.sort}`),
                  }
                : undefined
            }
          >
            {column.title}
          </Th>
        ))}
        {hasActions && <Th screenReaderText="Actions" />}
      </Tr>
    </Thead>
  )
}

/** A page token that is too old begins the list again. */
function FailedList({ error, onRetry, onFirst }: { error: unknown; onRetry: () => void; onFirst: () => void }) {
  const old = error instanceof ApiError && error.status === 410
  return <Failed error={error} onRetry={old ? onFirst : onRetry} />
}
