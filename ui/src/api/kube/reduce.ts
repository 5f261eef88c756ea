import type { Thing } from '@/lib/kube/types'
import type { KubeEvent, KubeStatus } from '../kubernetes'

/** Objects by their uid. */
export type Items<T> = ReadonlyMap<string, T>

export const idOf = ({ metadata }: Thing): string => metadata.uid ?? `${metadata.namespace ?? ''}/${metadata.name}`

/** The object without what the console never shows and what may be half of it. */
export function slim<T extends Thing>(object: T): T {
  delete (object.metadata as { managedFields?: unknown }).managedFields
  return object
}

/** What a run of a watch's events makes of a list. */
export interface Heard<T> {
  items: Items<T>
  /** Where to go on; empty when the list must be read again. */
  version: string
  /** What the server ended the watch with. */
  refused: KubeStatus | null
}

/** Puts events into a list, in their order; what is unchanged stays the same object. */
export function applyEvents<T extends Thing>(before: Items<T>, version: string, events: readonly KubeEvent<T>[]): Heard<T> {
  let changed: Map<string, T> | null = null
  let last = version
  for (const { type, object } of events) {
    if (type === 'ERROR') {
      const refused = object as unknown as KubeStatus
      const old = refused.code === 410 || refused.reason === 'Expired' || refused.reason === 'Gone'
      return { items: changed ?? before, version: old ? '' : last, refused }
    }
    last = object.metadata.resourceVersion ?? last
    if (type === 'BOOKMARK') continue
    changed ??= new Map(before)
    if (type === 'DELETED') changed.delete(idOf(object))
    else changed.set(idOf(object), slim(object))
  }
  return { items: changed ?? before, version: last, refused: null }
}
