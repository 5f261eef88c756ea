/** What is heard of one object. */
export interface Change {
  kind: string
  action: 'applied' | 'deleted'
  team: string | null
  name: string
  object: unknown
}

/** How the stream of events is. */
export type Health = { state: 'connecting' | 'live' | 'reconnecting' | 'signed-out'; since: number }

/** From pages to the hub. */
export type ToHub =
  | { type: 'hello'; visible: boolean; kinds: readonly string[] }
  | { type: 'visible'; visible: boolean }
  | { type: 'kinds'; kinds: readonly string[] }
  | { type: 'wake' }
  | { type: 'alive' }
  | { type: 'bye' }

/** From the hub to pages. */
export type FromHub =
  /** `kinds` are told of now, or never will be; null while there is no stream. */
  | { type: 'health'; health: Health; kinds: readonly string[] | null }
  | { type: 'changes'; changes: readonly Change[] }
  /** Of these kinds changes are told since then: what was asked for before may be old. */
  | { type: 'begun'; kinds: readonly string[]; at: number }
  /** Whatever was read may be old. */
  | { type: 'resync' }
