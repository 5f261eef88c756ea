import type { Explanation } from '@/api/kinds/plans'
import { isAbout } from '@/components/schema/shape'
import { differences, type Change } from '@/lib/diff'

type Parameters = Explanation['parameters']

const about = (parameters: Parameters, path: string) =>
  parameters.find((one) => one.path === path) ?? parameters.find((one) => isAbout(one.path, path.split('.')))

/** What differs between two versions, with what each change does to a cluster. */
export const changesOf = (before: unknown, after: unknown, parameters: Parameters): Change[] =>
  differences(before, after).map((change) => ({ ...change, effect: about(parameters, change.path)?.effect ?? null }))

/** Paths that cannot change in a cluster that there is. A pool that is new or gone as a whole is not changed but made or removed. */
export function fixedPaths(changes: readonly Change[], parameters: Parameters): Set<string> {
  const fixed = changes.filter(({ path, before, after }) => about(parameters, path)?.immutable && before !== undefined && after !== undefined)
  return new Set(fixed.map(({ path }) => path))
}
