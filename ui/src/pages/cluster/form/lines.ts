import type { Cluster } from '@/api/types'
import { command, type Argument } from '@/lib/quote'

/** What a command says of overrides: a place and a value each. */
type Leaf = readonly [path: string, value: unknown]

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The leaves of overrides; nothing when a name in them cannot be said with dots. */
export function leavesOf(value: unknown, way: readonly string[] = []): Leaf[] | null {
  if (!isRecord(value)) return [[way.join('.'), value]]
  const entries = Object.entries(value)
  if (entries.length === 0) return way.length === 0 ? [] : [[way.join('.'), {}]]
  const leaves: Leaf[] = []
  for (const [name, below] of entries) {
    if (name === '' || /[.=\s]/.test(name)) return null
    const found = leavesOf(below, [...way, name])
    if (!found) return null
    leaves.push(...found)
  }
  return leaves
}

const said = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
const set = ([path, value]: Leaf): Argument => ['--set', `${path}=${said(value)}`]
const onlyHas = (value: unknown, names: readonly string[]) => isRecord(value) && Object.keys(value).every((name) => names.includes(name))

/** The file that says it when flags cannot. */
const byFile = 'kore apply -f cluster.yaml'

/** The command that makes a cluster. What its flags do not know is said by the file. */
export function createLine(team: string, cluster: Cluster): string {
  const { metadata, spec } = cluster
  const sets = leavesOf(spec?.overrides ?? {})
  const plain =
    onlyHas(metadata, ['name', 'team']) &&
    onlyHas(spec, ['plan', 'overrides', 'deletionProtection', 'paused']) &&
    onlyHas(spec.plan, ['name', 'version']) &&
    !spec.paused
  if (!plain || !sets) return byFile
  return command(
    ['kore', 'cluster', 'create'],
    `${team}/${metadata.name || 'NAME'}`,
    ['--plan', spec.plan.name || 'PLAN'],
    ['--plan-version', spec.plan.version],
    ...sets.map(set),
    ['--deletion-protection', spec.deletionProtection ?? false],
  )
}

/** The command that changes a cluster from what it is to what it shall be. */
export function editLine(before: Cluster, after: Cluster): string {
  const [old, now] = [leavesOf(before.spec.overrides ?? {}), leavesOf(after.spec?.overrides ?? {})]
  const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)
  const known = ['plan', 'overrides', 'deletionProtection', 'paused']
  if (!old || !now || !onlyHas(after.spec, known) || !same(before.metadata.labels, after.metadata?.labels) || after.spec.plan?.name !== before.spec.plan.name) return byFile
  const was = new Map(old)
  const is = new Map(now)
  const sets = now.filter(([path, value]) => !was.has(path) || !same(was.get(path), value))
  const gone = old.filter(([path]) => !is.has(path) && !now.some(([other]) => other.startsWith(`${path}.`)))
  const flags = (['deletionProtection', 'paused'] as const).filter((flag) => (before.spec[flag] ?? false) !== (after.spec[flag] ?? false))
  const moved = after.spec.plan.version !== before.spec.plan.version ? after.spec.plan.version : null
  return command(
    ['kore', 'cluster', 'edit'],
    `${before.metadata.team ?? ''}/${before.metadata.name}`,
    ['--plan-version', moved],
    ...sets.map(set),
    ...gone.map(([path]): Argument => ['--unset', path]),
    ...flags.map((flag): Argument => ['--set-spec', `${flag}=${String(after.spec[flag] ?? false)}`]),
  )
}
