import { memory } from './quantity'

/** What the quota of a team counts, in the order in which people think of it. */
export const COUNTED = [
  { name: 'clusters', title: 'Clusters' },
  { name: 'nodes', title: 'Nodes' },
  { name: 'namespaces', title: 'Namespaces' },
  { name: 'vcpus', title: 'vCPU' },
  { name: 'memoryMib', title: 'Memory' },
] as const

export type Counted = (typeof COUNTED)[number]['name']

export const titleOf = (name: Counted): string => COUNTED.find((one) => one.name === name)?.title ?? name

/** A number of what is counted, as people read it. */
export const counted = (name: Counted, value: number): string => (name === 'memoryMib' ? memory(value) : String(value))

/** A limit, as people read it. */
export const limitText = (name: Counted, limit: number | string | null | undefined): string => (typeof limit === 'number' ? counted(name, limit) : 'no limit')
