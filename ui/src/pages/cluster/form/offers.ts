import type { Schema, Team } from '@/api/types'
import { memory } from '@/lib/quantity'
import { regionOf, siteWords } from './site'

type Plan = Schema<'Plan'>
type PlanVersion = Schema<'PlanVersion'>

/** A plan as a team meets it. */
export interface Offer {
  name: string
  title: string
  description: string | null
  version: number | null
  /** What a cluster of it is, a phrase each. */
  words: readonly string[]
  /** Why it cannot be chosen. */
  unavailable: string | null
  /** What speaks against choosing it. */
  warning: string | null
}

/** Whether a plan is for a team. */
export function isFor(plan: Plan, team: Team): boolean {
  const { all, names = [], labels = {} } = plan.spec.teams ?? { all: true }
  if (all || names.includes(team.metadata.name)) return true
  const wanted = Object.entries(labels)
  return wanted.length > 0 && wanted.every(([key, value]) => team.metadata.labels?.[key] === value)
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}

/** What each node of a pool has: its size, or the kinds of machines that it is one of, disk, and how it is paid for. */
export function eachOf(pool: unknown): { kinds: string; has: string[] } {
  const { vcpus, memoryMib, machineTypes, diskGib, capacity } = record(pool)
  const has = [
    typeof vcpus === 'number' ? `${vcpus} vCPU` : '',
    typeof memoryMib === 'number' ? memory(memoryMib) : '',
    typeof diskGib === 'number' ? `${diskGib} GiB disk` : '',
    capacity === 'spot' ? 'spot' : '',
  ]
  return { kinds: Array.isArray(machineTypes) ? machineTypes.map(String).join(' or ') : '', has: has.filter(Boolean) }
}

/** One pool in words, as "2 nodes with 2 vCPU and 4 GiB each" or "2 nodes, m7i.large or m6i.large". */
export function poolWords(pool: unknown): string {
  const { size } = record(pool)
  const { kinds, has } = eachOf(pool)
  const nodes = typeof size === 'number' ? `${size} ${size === 1 ? 'node' : 'nodes'}` : 'nodes'
  if (kinds) return `${nodes}, ${kinds}${has.includes('spot') ? ', spot' : ''}`
  if (has.length === 0) return nodes
  return `${nodes} with ${has.join(' and ')}${size === 1 ? '' : ' each'}`
}

/** Whether the cloud starts nodes by itself: there are no pools then. */
export const areNodesAsNeeded = (parameters: unknown): boolean => record(parameters).autoMode === true

/** Parameters in words: what nobody knows is left to the form. */
export function inWords(parameters: unknown): string[] {
  const { nodePools, kubernetesVersion, guardrails, driver } = record(parameters)
  const pools = Object.entries(record(nodePools)).map(([name, pool], _, all) => (all.length > 1 ? `${name}: ${poolWords(pool)}` : poolWords(pool)))
  return [
    ...(driver === 'controlPlaneOnly' ? ['control plane only: pods do not run'] : areNodesAsNeeded(parameters) ? ['nodes as pods need them'] : pools),
    ...(typeof kubernetesVersion === 'string' ? [`Kubernetes ${kubernetesVersion}`] : []),
    ...(guardrails === 'production' ? ['refuses what is unsafe'] : guardrails === 'evaluation' ? ['warns of what is unsafe'] : []),
  ]
}

/** The plans that a team may make clusters of, those that can be chosen first. */
export function offersFor(team: Team, plans: readonly Plan[], versions: readonly PlanVersion[]): Offer[] {
  const all = plans.filter((plan) => isFor(plan, team)).map((plan): Offer => {
    const { title, description, currentVersion, provider } = plan.spec
    const current = versions.find(({ spec }) => spec.plan === plan.metadata.name && spec.version === currentVersion)
    const { stage, stageReason, parameters } = current?.spec ?? {}
    return {
      name: plan.metadata.name,
      title: title ?? plan.metadata.name,
      description: description ?? null,
      version: currentVersion ?? null,
      words: [...(provider === 'local' ? [] : [siteWords({ provider, region: regionOf(parameters), stage: null })]), ...inWords(parameters)],
      unavailable: !currentVersion
        ? 'Nothing of it is published yet.'
        : stage === 'retired'
          ? `It is retired${stageReason ? `: ${stageReason}` : '.'}`
          : null,
      warning: stage === 'deprecated' ? `It is deprecated${stageReason ? `: ${stageReason}` : '.'}` : null,
    }
  })
  return all.toSorted((a, b) => Number(a.unavailable !== null) - Number(b.unavailable !== null))
}
