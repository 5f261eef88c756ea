import type { Query, QueryClient } from '@tanstack/react-query'
import { ApiError } from '@/api/problems'
import type { Enveloped, Page } from '@/api/types'
import { ON_DEMAND } from '@/lib/told'
import type { Change } from './protocol'

const kindOf = (query: Query): unknown => query.queryKey[0]
const follows = (query: Query): readonly string[] => (query.meta?.follows as readonly string[] | undefined) ?? []

/** The kinds that queries on screen follow and that are told of only on demand. */
export function followedKinds(client: QueryClient): string[] {
  const shown = client.getQueryCache().getAll().filter((query) => query.isActive())
  return ON_DEMAND.filter((kind) => shown.some((query) => kindOf(query) === kind))
}

/** Refused to the person, and nothing to show: an event changes nothing about that. When rights change, everything is read. */
const isRefused = ({ state }: Query) => state.data === undefined && state.error instanceof ApiError && state.error.status === 403

/** When each query last began to be read. */
const begunAt = new WeakMap<Query, number>()

/** Keeps in mind when queries begin to be read. */
export function noteReads(client: QueryClient): void {
  client.getQueryCache().subscribe((event) => {
    if (event.type === 'updated' && event.action.type === 'fetch') begunAt.set(event.query, Date.now())
  })
}

/** Reads again what shows these kinds and was asked for before then. What only follows a kind that is told of now and then
 * is no older than it was. */
export function readOld(client: QueryClient, kinds: readonly string[], before: number): void {
  const shows = (query: Query) => query.meta?.isFirst !== true && !isRefused(query) && kinds.some((kind) => kindOf(query) === kind || (!ON_DEMAND.includes(kind) && follows(query).includes(kind)))
  void client.invalidateQueries({ predicate: (query) => shows(query) && (begunAt.get(query) ?? 0) < before })
}

interface Known {
  metadata?: Enveloped['metadata']
  id?: string
}

const identity = (object: Known): string | undefined => object.metadata?.uid ?? object.id

/** The object as the event has it, with what only single reads say kept from before. */
function merged<T extends Known>(before: T, now: T): T {
  const actions = before.metadata?.actions
  return actions && now.metadata ? { ...now, metadata: { ...now.metadata, actions } } : now
}

function isPage(data: unknown): data is Page<Known> {
  return typeof data === 'object' && data !== null && Array.isArray((data as Page<Known>).items)
}

/** Puts an object where it is shown; false when it must be read again, as an answer that is on its way may be older. */
function patchItem(client: QueryClient, query: Query, change: Change): boolean {
  const [, , team, name] = query.queryKey
  if (name !== change.name || (team !== null && team !== change.team)) return true
  const isOnItsWay = query.state.fetchStatus !== 'idle'
  if (change.action === 'deleted') {
    void client.invalidateQueries({ queryKey: query.queryKey, exact: true })
    return true
  }
  client.setQueryData(query.queryKey, (before: Known | undefined) =>
    before ? merged(before, change.object as Known) : before,
  )
  return !isOnItsWay
}

/** Puts an object into a page that shows it; false when the page must be read again. */
function patchPage(client: QueryClient, query: Query, change: Change): boolean {
  const [, , team] = query.queryKey
  if (team !== null && change.team !== team && change.kind !== 'Team') return true
  const data = query.state.data
  if (!isPage(data)) return false
  const object = change.object as Known
  const at = data.items.findIndex((item) => identity(item) === identity(object))
  if (at >= 0 && change.action === 'applied') {
    const items = data.items.map((item, place) => (place === at ? object : item))
    client.setQueryData(query.queryKey, { ...data, items })
  }
  // The page may be ordered or narrowed by what has changed: it is read again too, though not for every change.
  return false
}

/** Lists that wait for being read again, by client. */
const waiting = new WeakMap<QueryClient, Set<string>>()

/** Reads lists again, at most once in two seconds. */
function readAgain(client: QueryClient, hashes: ReadonlySet<string>): void {
  if (hashes.size === 0) return
  const already = waiting.get(client)
  if (already) {
    for (const hash of hashes) already.add(hash)
    return
  }
  const wanted = new Set(hashes)
  waiting.set(client, wanted)
  setTimeout(() => {
    waiting.delete(client)
    void client.invalidateQueries({ predicate: (query) => wanted.has(query.queryHash) })
  }, 2000)
}

/** Brings what has changed to the queries that show it, and to no others. */
export function applyChanges(client: QueryClient, changes: readonly Change[]): void {
  const stale = new Set<string>()
  for (const query of client.getQueryCache().getAll()) {
    if (isRefused(query)) continue
    for (const change of changes) {
      if (follows(query).includes(change.kind)) stale.add(query.queryHash)
      if (kindOf(query) !== change.kind) continue
      if (query.queryKey[1] === 'item') {
        if (!patchItem(client, query, change)) stale.add(query.queryHash)
      } else if (!patchPage(client, query, change)) stale.add(query.queryHash)
    }
  }
  readAgain(client, stale)
}
