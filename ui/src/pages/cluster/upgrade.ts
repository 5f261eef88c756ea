import type { Cluster } from '@/api/types'
import { at } from '@/lib/document'

/** `v1.36.3` as `1.36`. */
export function minorOf(version: string | null | undefined): string | null {
  const found = /^v?(\d+)\.(\d+)/.exec(version ?? '')
  return found ? `${found[1]}.${found[2]}` : null
}

/** The minor version after one. */
export function nextMinor(minor: string | null): string | null {
  const found = /^(\d+)\.(\d+)$/.exec(minor ?? '')
  return found ? `${found[1]}.${Number(found[2]) + 1}` : null
}

/** The minor version that the cluster shall be at, as far as it says so itself or reached it. */
export function wantedMinor({ spec, status, metadata }: Cluster): string | null {
  const own = at(spec, ['overrides', 'kubernetesVersion'])
  if (typeof own === 'string') return minorOf(own)
  // The plan's: what was applied last is known; a plan version on its way is seen by its operation.
  return metadata.generation === status?.observedGeneration ? minorOf(String(at(status?.parameters, ['kubernetesVersion']) ?? '')) : null
}
