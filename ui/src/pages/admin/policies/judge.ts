import type { Plan, Allocation, Explanation } from '@/api/kinds/plans'
import type { PlanPolicy, PolicyRule } from '@/api/kinds/policies'
import type { Team } from '@/api/types'

/** What one policy says of a parameter. */
export interface Saying {
  policy: string
  says: string
  reason: string
  owner: string
  locks: boolean
}

/** Whether something is for a team: as the server allots. */
export function covers(teams: Allocation | undefined, team: Team): boolean {
  if (teams === undefined || teams.all) return true
  const labels = Object.entries(teams.labels ?? {})
  const carried = team.metadata.labels ?? {}
  return (teams.names ?? []).includes(team.metadata.name) || (labels.length > 0 && labels.every(([key, value]) => carried[key] === value))
}

/** Policies that apply to clusters of a plan in a team. */
export const applying = (policies: readonly PlanPolicy[], plan: Plan, team: Team): PlanPolicy[] =>
  policies.filter(
    ({ spec }) => spec.provider === plan.spec.provider && ((spec.plans ?? []).length === 0 || (spec.plans ?? []).includes(plan.metadata.name)) && covers(spec.teams, team),
  )

/** Whether a rule's path is about a place: it is the place, or above it. */
export function governs(path: string, place: string): boolean {
  const parts = place.split('.')
  const wanted = path.split('.')
  return wanted.length <= parts.length && wanted.every((part, index) => part === '*' || part === parts[index])
}

function limits({ minimum, maximum, enum: values, pattern }: PolicyRule): string[] {
  return [
    ...(typeof minimum === 'number' ? [`at least ${minimum}`] : []),
    ...(typeof maximum === 'number' ? [`at most ${maximum}`] : []),
    ...((values ?? []).length > 0 ? [`one of ${(values ?? []).map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join(', ')}`] : []),
    ...(pattern ? [`of the form ${pattern}`] : []),
  ]
}

/** What policies say of a parameter, each for itself: all of them hold. */
export function sayings(policies: readonly PlanPolicy[], path: string): Saying[] {
  return policies.flatMap(({ metadata: { name }, spec }) => {
    const rules = Object.entries(spec.rules ?? {}).filter(([of]) => governs(of, path))
    const own = { policy: name, reason: spec.reason, owner: spec.owner }
    if (rules.length === 0) return spec.default === 'locked' ? [{ ...own, says: 'locked', locks: true }] : []
    return rules.flatMap(([, rule]): Saying[] => {
      const why = { policy: name, reason: rule.reason ?? spec.reason, owner: rule.owner ?? spec.owner }
      if (rule.access === 'locked') return [{ ...why, says: 'locked', locks: true }]
      const said = limits(rule)
      return said.length > 0 ? [{ ...why, says: said.join(', '), locks: false }] : []
    })
  })
}

/** Rows of the matrix: parameters of a plan, with members to come as `*`. */
export const rowsOf = ({ parameters }: Explanation): Explanation['parameters'] => parameters.filter(({ path, value }) => path.includes('*') || (value !== undefined && !/^nodePools\.[^*]+\./.test(path)) || !path.includes('.'))
