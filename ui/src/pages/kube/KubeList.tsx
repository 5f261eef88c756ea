import { Button, SearchInput, Toolbar, ToolbarContent, ToolbarItem } from '@patternfly/react-core'
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table'
import { memo, useDeferredValue, useMemo, type ReactNode } from 'react'
import type { Live } from '@/api/kube/useLiveList'
import { idOf } from '@/api/kube/reduce'
import { Failed, Loading, NoResults } from '@/components/states'
import type { Thing } from '@/lib/kube/types'
import { Following } from './Following'
import { PAGE, sorted, type KubeSearch } from './search'

/** A column. `by` is what it sorts by. */
export interface KubeColumn<T> {
  title: string
  sort?: string
  by?: (item: T) => string | number
  cell: (item: T) => ReactNode
  narrow?: boolean
  /** Numbers stand below each other. */
  isNumber?: boolean
}

interface Props<T> {
  label: string
  live: Live<T>
  columns: readonly KubeColumn<T>[]
  /** What is left of all items by the filters besides the text. */
  keep?: (item: T) => boolean
  /** What the text filter looks at besides the name. */
  textOf?: (item: T) => string
  search: KubeSearch
  onSearch: (search: KubeSearch) => void
  defaultSort: string
  filters?: ReactNode
  empty: ReactNode
  actions?: (item: T) => ReactNode
}

/** A list of a cluster: all of it is here, and is filtered, sorted and cut into pages here. */
export function KubeList<T extends Thing>(props: Props<T>) {
  const { label, live, columns, keep, textOf, search, onSearch, defaultSort, filters, empty, actions } = props
  const { phase, items, error, again } = live
  const query = useDeferredValue((search.q ?? '').toLowerCase())
  const sort = search.sort ?? defaultSort
  const isDescending = sort.startsWith('-')
  const by = columns.find((column) => column.sort === sort.replace(/^-/, ''))?.by
  const found = useMemo(() => {
    const matches = (item: T) =>
      (!keep || keep(item)) && (query === '' || `${item.metadata.name} ${textOf?.(item) ?? ''}`.toLowerCase().includes(query))
    return sorted([...items.values()].filter(matches), by, isDescending)
  }, [items, keep, textOf, query, by, isDescending])
  const pages = Math.max(1, Math.ceil(found.length / PAGE))
  const page = Math.min(search.page ?? 1, pages)
  const rows = found.slice((page - 1) * PAGE, page * PAGE)
  const isEmpty = phase === 'ready' && items.size === 0
  return (
    <section aria-label={label} className="kore-list">
      <Toolbar className="kore-toolbar">
        <ToolbarContent>
          {filters}
          {!(isEmpty || phase === 'failed') && (
            <ToolbarItem>
              <SearchInput
                aria-label={`Find in ${label.toLowerCase()}`}
                placeholder="Find"
                value={search.q ?? ''}
                onChange={(_, q) => onSearch({ ...search, q: q || undefined, page: undefined })}
                onClear={() => onSearch({ ...search, q: undefined, page: undefined })}
              />
            </ToolbarItem>
          )}
        </ToolbarContent>
      </Toolbar>
      {phase === 'failed' && <Failed error={error} onRetry={again} />}
      {phase === 'loading' && <Loading what={`Loading ${label.toLowerCase()}`} />}
      {isEmpty && empty}
      {phase === 'ready' && items.size > 0 && found.length === 0 && (
        <NoResults onClear={() => onSearch({ namespace: search.namespace, sort: search.sort })} />
      )}
      {phase === 'ready' && found.length > 0 && (
        <>
          <div className="kore-table">
            <Table aria-label={label} variant="compact" gridBreakPoint="grid-md">
              <Thead>
                <Tr>
                  {columns.map((column, at) => (
                    <Th
                      key={column.title}
                      modifier={column.narrow ? 'fitContent' : 'nowrap'}
                      className={column.isNumber ? 'kore-kube-number' : undefined}
                      sort={
                        column.sort
                          ? {
                              columnIndex: at,
                              sortBy: { index: columns.findIndex((one) => one.sort === sort.replace(/^-/, '')), direction: isDescending ? 'desc' : 'asc' },
                              onSort: (_, __, direction) => onSearch({ ...search, sort: `${direction === 'desc' ? '-' : ''}${column.sort}`, page: undefined }),
                            }
                          : undefined
                      }
                    >
                      {column.title}
                    </Th>
                  ))}
                  {actions && <Th screenReaderText="Actions" />}
                </Tr>
              </Thead>
              <Tbody>
                {rows.map((item) => (
                  <Row key={idOf(item)} item={item} columns={columns} actions={actions} />
                ))}
              </Tbody>
            </Table>
          </div>
          <nav className="kore-pages" aria-label="Pages of the list">
            <Following live={live} />
            <span>{found.length === items.size ? `${items.size.toLocaleString('en')} in all` : `${found.length.toLocaleString('en')} of ${items.size.toLocaleString('en')}`}</span>
            {pages > 1 && (
              <>
                <Button variant="link" size="sm" isDisabled={page === 1} onClick={() => onSearch({ ...search, page: page > 2 ? page - 1 : undefined })}>
                  Previous
                </Button>
                <span>
                  {page} of {pages}
                </span>
                <Button variant="link" size="sm" isDisabled={page === pages} onClick={() => onSearch({ ...search, page: page + 1 })}>
                  Next
                </Button>
              </>
            )}
          </nav>
        </>
      )}
    </section>
  )
}

interface RowProps<T> {
  item: T
  columns: readonly KubeColumn<T>[]
  actions?: (item: T) => ReactNode
}

function PlainRow<T>({ item, columns, actions }: RowProps<T>) {
  return (
    <Tr>
      {columns.map(({ title, cell, narrow, isNumber }) => (
        <Td key={title} dataLabel={title} modifier={narrow ? 'fitContent' : undefined} className={isNumber ? 'kore-kube-number' : undefined}>
          {cell(item)}
        </Td>
      ))}
      {actions && <Td isActionCell>{actions(item)}</Td>}
    </Tr>
  )
}

/** What has not changed is not drawn again: lists of a busy cluster change several times a second. */
const Row = memo(PlainRow) as typeof PlainRow
