import { asProblem } from '@/api/problems'
import type { Owner, Preview, Problem } from '@/api/types'

/** What stands in the way of doing it. */
export interface Blocker {
  /** Where it is in the document, when it is there. */
  pointer: string | null
  text: string
  owner: Owner
  /** What to do. */
  fix: readonly string[]
}

/** Places that problems speak of without a pointer, by their code. */
const PLACES: Record<string, string> = { 'KORE-OBJECT-0002': '/metadata/name', 'KORE-INPUT-0004': '/metadata/name' }

/** A problem as blockers, one for each field. */
export function blockersOf(problem: Problem): Blocker[] {
  const { owner, errors = [], detail, code } = problem
  const fix = problem.fix ?? []
  if (errors.length > 0) {
    return errors.map((error) => ({ pointer: error.pointer || null, text: error.detail, owner, fix: [] }))
  }
  // Some say the parameter at the beginning of the sentence.
  const [, parameter, rest] = /^(\/[\w/-]+): (.+)$/s.exec(detail) ?? []
  if (parameter && rest) return [{ pointer: `/spec/overrides${parameter}`, text: rest, owner, fix: [] }]
  return [{ pointer: PLACES[code] ?? null, text: detail.replace(/^metadata\.name: /, ''), owner, fix }]
}

/** All that would refuse it, as the last dry run says. */
export function previewBlockers(preview: Preview | undefined, error: unknown): Blocker[] {
  if (error) return blockersOf(asProblem(error))
  return (preview?.problems ?? []).flatMap(blockersOf)
}

/** What a pointer is about, in the words of parameters: `nodePools.default.size`. */
export const placeOf = (pointer: string): string =>
  pointer === '/spec/plan/name' ? 'plan' : pointer.replace(/^\/spec\/overrides\//, '').replace(/^\/(metadata\/|spec\/)?/, '').replaceAll('/', '.')
