import type { Change, Health } from './protocol'

/** An event of the stream, parsed. */
export interface StreamEvent {
  name: string
  id?: string
  data: string
}

/** What the hub knows. Pure: time comes in with what happens. */
export interface HubState {
  health: Health
  /** Where to go on; null to begin again. */
  last: string | null
  /** The kinds that `last` says something of. */
  known: readonly string[]
  /** The kinds of the stream that is open; null when it was lost. */
  kinds: readonly string[] | null
  /** Kinds that began since the last delivery, and when: what was read before may be old. */
  begun: { kinds: readonly string[]; at: number } | null
  /** What came since the last delivery, the newest of each object. */
  pending: ReadonlyMap<string, Change>
  /** Pages must read everything again. */
  resync: boolean
}

export const initialState = (now: number): HubState => ({
  health: { state: 'connecting', since: now },
  last: null,
  known: [],
  kinds: [],
  begun: null,
  pending: new Map(),
  resync: false,
})

function changeOf(data: string): Change | null {
  let event: { kind?: string; action?: string; object?: Record<string, unknown> }
  try {
    event = JSON.parse(data) as typeof event
  } catch {
    return null
  }
  const { kind, action, object } = event
  if (!kind || !object || (action !== 'applied' && action !== 'deleted')) return null
  const metadata = (object.metadata ?? {}) as { name?: string; team?: string | null }
  const target = (object.target ?? {}) as { team?: string | null }
  const name = metadata.name ?? (typeof object.id === 'string' ? object.id : '')
  const team = metadata.team ?? target.team ?? null
  return { kind, action: action === 'deleted' ? 'deleted' : 'applied', team, name, object }
}

/** Something that the stream said. */
export function heard(state: HubState, event: StreamEvent, now: number): HubState {
  const last = event.id ?? state.last
  const known = event.id === undefined ? state.known : (state.kinds ?? [])
  switch (event.name) {
    case 'applied':
    case 'deleted': {
      const change = changeOf(event.data)
      if (!change) return { ...state, last, known }
      const pending = new Map(state.pending)
      const key = `${change.kind}/${change.team ?? ''}/${change.name}`
      pending.delete(key)
      pending.set(key, change)
      return { ...state, last, known, pending }
    }
    case 'synced':
      return { ...state, last, known, health: { state: 'live', since: now } }
    case 'resync':
      return { ...state, last: null, pending: new Map(), resync: true }
    default:
      return { ...state, last, known }
  }
}

/** A connection begins: somebody is signed in. It goes on with what `last` says something of; of the rest it tells from now on. */
export function opened(state: HubState, kinds: readonly string[], now: number): HubState {
  const health: Health = state.health.state === 'signed-out' ? { ...state.health, state: 'reconnecting' } : state.health
  const fresh = state.last === null ? kinds : kinds.filter((kind) => !state.known.includes(kind))
  const before = state.begun?.kinds ?? []
  const begun = fresh.length === 0 ? state.begun : { kinds: [...new Set([...before, ...fresh])], at: now }
  return { ...state, health, kinds, begun }
}

/** The stream ended or could not be opened. */
export function lost(state: HubState, why: 'ended' | 'gone' | 'signed-out', now: number): HubState {
  const next = why === 'signed-out' ? 'signed-out' : 'reconnecting'
  // Since when nothing was heard: not moved by further attempts.
  const since = state.health.state === 'live' || state.health.state === 'connecting' ? now : state.health.since
  const forget = why === 'gone' ? { last: null, resync: true, pending: new Map<string, Change>() } : {}
  return { ...state, ...forget, kinds: null, health: { state: next, since } }
}

/** What pages are told now, and the state without it. */
export function delivered(state: HubState): { state: HubState; changes: Change[]; begun: HubState['begun']; resync: boolean } {
  const changes = [...state.pending.values()]
  return { state: { ...state, pending: new Map(), begun: null, resync: false }, changes, begun: state.begun, resync: state.resync }
}

/** How long to wait before the next attempt. */
export function backoff(attempt: number, random: number): number {
  const most = Math.min(15_000, 500 * 2 ** Math.min(attempt, 5))
  return most / 2 + (most / 2) * random
}
