import type { ListParameters } from '@/api/types'

/** What the URL says of a list. `filter` and `sort` are in the server's grammar, as for the command line. */
export interface ListSearch {
  filter?: string
  sort?: string
  limit?: number
  after?: string
}

export const LIMITS = [20, 50, 100] as const

/** For `validateSearch`: takes what is understood and leaves the rest. */
export function listSearch(given: Record<string, unknown>): ListSearch {
  const text = (name: string) => (typeof given[name] === 'string' && given[name] !== '' ? given[name] : undefined)
  const limit = Number(given.limit)
  return {
    filter: text('filter'),
    sort: text('sort'),
    limit: LIMITS.find((one) => one === limit),
    after: text('after'),
  }
}

/** What is asked of the server. */
export function listParameters(search: ListSearch, otherwise: { sort?: string } = {}): ListParameters {
  return {
    limit: String(search.limit ?? LIMITS[0]),
    filter: search.filter,
    orderBy: search.sort ?? otherwise.sort,
    continue: search.after,
  }
}
