import type { Cluster } from '@/api/types'
import { at } from '@/lib/document'

/** A document as a cluster, when it has the form of one. What else is wrong with it, the server says. */
export function asCluster(value: unknown): Cluster | null {
  const isObject = (one: unknown) => typeof one === 'object' && one !== null && !Array.isArray(one)
  return isObject(value) && isObject(at(value, ['spec'])) && isObject(at(value, ['metadata'])) ? (value as Cluster) : null
}
