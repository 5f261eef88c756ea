import type { Explanation } from '@/api/kinds/plans'

type Json = Record<string, unknown>
const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** What the plan says of every parameter, as one value. */
export function inheritedOf({ parameters }: Explanation): Json {
  const all: Json = {}
  for (const { path, value } of parameters) {
    if (value === undefined || path.includes('*')) continue
    const way = path.split('.')
    const last = way.pop()
    let here = all
    for (const name of way) here = (here[name] = isJson(here[name]) ? here[name] : {}) as Json
    if (last !== undefined) here[last] = value
  }
  return all
}

/**
 * The schema in two: what somebody may change, and what is set for them. `shut` counts the parameters of the latter.
 * A parameter with members, such as pools of nodes, is open when anything of it is.
 */
export function partsOf({ schema, parameters }: Explanation, isMade: boolean): { open: unknown; locked: unknown; shut: number } {
  if (!isJson(schema) || !isJson(schema.properties)) return { open: schema, locked: null, shut: 0 }
  const mayChange = (name: string) => {
    const own = parameters.filter(({ path }) => path === name || path.startsWith(`${name}.`))
    return own.length === 0 || own.some(({ editable, immutable }) => editable && !(isMade && immutable))
  }
  const names = Object.keys(schema.properties)
  const only = (some: readonly string[]) =>
    some.length === 0 ? null : { ...schema, properties: Object.fromEntries(Object.entries(schema.properties as Json).filter(([name]) => some.includes(name))) }
  const shut = names.filter((name) => !mayChange(name))
  return { open: only(names.filter(mayChange)), locked: only(shut), shut: shut.length }
}

/** A text that asks those who lock parameters to let them be changed; nothing when nobody locks any. */
export function requestsOf({ plan, version, parameters }: Explanation, team: string): string | null {
  const lines = parameters
    .filter(({ editable }) => !editable)
    .flatMap(({ path, value, rules = [] }) => rules.map(({ owner, policy, reason }) => `- ${path}, now ${JSON.stringify(value ?? null)} (policy ${policy} of ${owner}: ${reason})`))
  if (lines.length === 0) return null
  return [`Team ${team} would like to change, in clusters of plan ${plan} v${version}:`, ...new Set(lines), 'Wanted value and why:'].join('\n')
}
