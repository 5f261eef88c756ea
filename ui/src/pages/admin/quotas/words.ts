import type { QuotaSpec } from '@/api/kinds/quotas'

/** What is counted, in the order in which people think of it. */
export const COUNTED = [
  { name: 'clusters', title: 'Clusters' },
  { name: 'nodes', title: 'Nodes' },
  { name: 'namespaces', title: 'Namespaces' },
  { name: 'vcpus', title: 'vCPU' },
  { name: 'memoryMib', title: 'Memory' },
] as const satisfies readonly { name: keyof QuotaSpec; title: string }[]

export type Counted = (typeof COUNTED)[number]['name']

/** A number of what is counted, as people read it. */
export function amount(name: Counted, value: number): string {
  if (name !== 'memoryMib') return String(value)
  return value >= 1024 ? `${Number((value / 1024).toFixed(1))} GiB` : `${value} MiB`
}

/** A limit of a spec, as people read it. */
export function limitText(name: Counted, limit: QuotaSpec[Counted]): string {
  if (limit === null || limit === undefined) return 'no limit'
  return typeof limit === 'number' ? amount(name, limit) : 'no limit'
}
