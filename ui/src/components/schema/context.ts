import { createContext, useContext } from 'react'
import type { Schema } from '@/api/types'
import { at, pointerOf, type Path } from '@/lib/document'
import { isAbout } from './shape'

export type Explained = Schema<'ExplainedParameter'>

/** What all fields of a form know. Paths are those within the form. */
export interface FormState {
  /** Where in the document the form is. */
  place: Path
  /** What the document says there. */
  value: unknown
  /** What holds where it says nothing, as a plan's parameters; nothing when there is nothing to fall back to. */
  inherited: unknown
  hasInherited: boolean
  /** What policies say, as `GET /plans/{name}/explanation` answers. */
  explained: readonly Explained[]
  problems: readonly { pointer: string; detail: string }[]
  isReadOnly: boolean
  /** The object exists: what is fixed cannot be changed any more. */
  isMade: boolean
  change: (path: Path, value: unknown) => void
}

export const FormContext = createContext<FormState | null>(null)

/** All that a field at a place shows. */
export function useField(path: Path) {
  const form = useContext(FormContext)
  if (!form) throw new Error('A field is outside of its form.')
  const own = at(form.value, path)
  const inherited = at(form.inherited, path)
  const pointer = pointerOf([...form.place, ...path])
  const exact = form.explained.find((one) => one.path === path.join('.'))
  const explained = exact ?? form.explained.find((one) => isAbout(one.path, path))
  return {
    form,
    own,
    inherited,
    /** What holds. */
    value: own === undefined ? inherited : own,
    pointer,
    problems: form.problems.filter((one) => one.pointer === pointer).map(({ detail }) => detail),
    rules: explained?.rules ?? [],
    isLocked: explained !== undefined && !explained.editable,
  }
}

/** Whether policies lock all that could be said below a place. */
export function isAllLocked({ explained }: FormState, path: Path): boolean {
  const below = explained.filter(({ path: pattern }) => {
    const parts = pattern.split('.')
    return parts.length > path.length && isAbout(parts.slice(0, path.length).join('.'), path)
  })
  return below.length > 0 && below.every(({ editable }) => !editable)
}
