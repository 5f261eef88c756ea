import { keepPreviousData, type QueryKey, type UseQueryOptions } from '@tanstack/react-query'
import { beforeReading } from '@/lib/told'
import type { ListParameters, Page } from './types'

/**
 * Keys of queries. The first word is the kind, so that events find them; a query that depends on other kinds
 * too says so with `meta: { follows: ['Quota'] }`.
 */
export const keys = {
  kind: (kind: string) => [kind] as const,
  list: (kind: string, team: string | null, parameters: ListParameters) => [kind, 'list', team, parameters] as const,
  item: (kind: string, team: string | null, name: string) => [kind, 'item', team, name] as const,
}

/** A query for a `T`, as helpers here make them and components take them. */
export type Query<T> = UseQueryOptions<T, Error, T, QueryKey>

/** A page of a list. The page before stays on screen while the next one is on its way. */
export function listQuery<T>(
  kind: string,
  team: string | null,
  parameters: ListParameters,
  read: (parameters: ListParameters, signal: AbortSignal) => Promise<Page<T>>,
): Query<Page<T>> {
  return {
    queryKey: keys.list(kind, team, parameters),
    queryFn: async (context) => {
      await beforeReading(context)
      return read(parameters, context.signal)
    },
    placeholderData: keepPreviousData,
  }
}

/** One object. */
export function itemQuery<T>(
  kind: string,
  team: string | null,
  name: string,
  read: (signal: AbortSignal) => Promise<T>,
): Query<T> {
  return {
    queryKey: keys.item(kind, team, name),
    queryFn: async (context) => {
      await beforeReading(context)
      return read(context.signal)
    },
  }
}

/** Everything of a small list (roles, plans), page by page; not for lists that grow with the platform. */
export function allQuery<T>(
  kind: string,
  team: string | null,
  read: (parameters: ListParameters, signal: AbortSignal) => Promise<Page<T>>,
): Query<T[]> {
  return {
    queryKey: [kind, 'all', team],
    queryFn: async (context) => {
      await beforeReading(context)
      const items: T[] = []
      let next: string | undefined
      for (let pages = 0; pages < 4; pages += 1) {
        // One page needs the token of the page before.
        // oxlint-disable-next-line no-await-in-loop
        const page = await read({ limit: '500', continue: next }, context.signal)
        items.push(...page.items)
        next = page.metadata.continue || undefined
        if (!next) break
      }
      return items
    },
  }
}

