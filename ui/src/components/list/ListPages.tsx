import { Button, FormSelect, FormSelectOption } from '@patternfly/react-core'
import { useState } from 'react'
import { LIMITS, type ListSearch } from './search'

interface Props {
  search: ListSearch
  onSearch: (search: ListSearch) => void
  /** The token of the next page. */
  next: string | undefined
  count: number
  remaining: number | undefined
}

/** First, previous and next page, and how much is on one. */
export function ListPages({ search, onSearch, next, count, remaining }: Props) {
  // The server's tokens only go forward: the way back is what this page has seen.
  const [trail, setTrail] = useState<(string | undefined)[]>([])
  const isFirst = search.after === undefined
  const forward = () => {
    setTrail([...trail, search.after])
    onSearch({ ...search, after: next })
  }
  const back = () => {
    onSearch({ ...search, after: trail.at(-1) })
    setTrail(trail.slice(0, -1))
  }
  const first = () => {
    setTrail([])
    onSearch({ ...search, after: undefined })
  }
  return (
    <nav className="kore-pages" aria-label="Pages of the list">
      <span>
        {count} {isFirst && !next ? 'in all' : 'on this page'}
        {remaining !== undefined && remaining > 0 ? `, ${remaining} more` : ''}
      </span>
      {(!isFirst || next) && (
        <>
          <Button variant="link" size="sm" isDisabled={isFirst} onClick={first}>
            First
          </Button>
          <Button variant="link" size="sm" isDisabled={isFirst || trail.length === 0} onClick={back}>
            Previous
          </Button>
          <Button variant="link" size="sm" isDisabled={!next} onClick={forward}>
            Next
          </Button>
        </>
      )}
      {(next || !isFirst || count > LIMITS[0]) && (
        <FormSelect
          aria-label="Rows on a page"
          value={String(search.limit ?? LIMITS[0])}
          onChange={(_, value) => onSearch({ ...search, limit: Number(value), after: undefined })}
        >
          {LIMITS.map((limit) => (
            <FormSelectOption key={limit} value={String(limit)} label={`${limit} rows`} />
          ))}
        </FormSelect>
      )}
    </nav>
  )
}
