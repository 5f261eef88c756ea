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
  | { type: 'health'; health: Health }
  | { type: 'changes'; changes: readonly Change[] }
  | { type: 'resync' }

/** The kinds that the stream tells of without being asked for them. */
export const USUAL: readonly string[] = ['Team', 'Plan', 'PlanVersion', 'PlanPolicy', 'Cluster', 'ClusterNamespace', 'Operation']
/** Those that are told of only while a page shows them. */
export const ON_DEMAND: readonly string[] = ['User', 'Membership', 'AuditRecord']
