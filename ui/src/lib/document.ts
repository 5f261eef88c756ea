import { Document, isCollection, isMap, isNode, isScalar, isSeq, parseDocument, visit, type Node } from 'yaml'

/** A place in a document: names and, in lists, numbers. */
export type Path = readonly (string | number)[]

/** A YAML text that a form and a person both write in. */
export interface Draft {
  /** What it says; nothing while it cannot be read. */
  value: unknown
  /** Why it cannot be read, with where. */
  problem: string | null
}

/** `strict` finds names that are said twice; `lineWidth` 0 leaves long texts in one line. */
const STYLE = { lineWidth: 0, flowCollectionPadding: false } as const
const parse = (text: string) => parseDocument(text, { prettyErrors: true, version: '1.2' })

/** What a text says. */
export function read(text: string): Draft {
  const document = parse(text)
  const error = document.errors[0]
  if (error) return { value: undefined, problem: error.message.split('\n')[0]?.replace(/:$/, '') ?? 'This is not YAML.' }
  try {
    return { value: document.toJS({ maxAliasCount: 100 }) as unknown, problem: null }
  } catch (failure) {
    return { value: undefined, problem: failure instanceof Error ? failure.message : 'This is not YAML.' }
  }
}

/** A text that says a value. */
export function write(value: unknown): string {
  return new Document(value, { version: '1.2' }).toString(STYLE)
}

/**
 * The text with another value at a place; `undefined` takes away what is there. All else stays as it was written:
 * comments, order, and what nobody knows. A text that cannot be read stays as it is.
 */
export function put(text: string, path: Path, value: unknown): string {
  const document = parse(text)
  if (read(text).problem !== null) return text
  spellOut(document)
  if (path.length === 0) {
    document.contents = document.createNode(value) as typeof document.contents
    return document.toString(STYLE)
  }
  if (value === undefined) {
    if (makeWay(document, path, false)) document.deleteIn(path)
    return document.toString(STYLE)
  }
  makeWay(document, path, true)
  const before = document.getIn(path, true)
  if (isScalar(before) && isPlain(value)) {
    // How a number or a block was written says nothing about what replaces it.
    Object.assign(before, { value, format: undefined, minFractionDigits: undefined, source: undefined, tag: undefined })
    if (typeof value !== 'string') before.type = undefined
  } else {
    const node: Node = document.createNode(value)
    if (isNode(before)) Object.assign(node, { commentBefore: before.commentBefore, comment: before.comment, spaceBefore: before.spaceBefore })
    document.setIn(path, node)
  }
  return document.toString(STYLE)
}

/** Writes out what is said once and meant in several places: a form changes one of them. */
function spellOut(document: ReturnType<typeof parse>): void {
  visit(document, {
    Alias: (_, alias) => {
      const copy = alias.resolve(document)?.clone() as Node | undefined
      if (copy) Object.assign(copy, { anchor: undefined })
      return copy
    },
  })
  visit(document, { Value: (_, node) => void (node.anchor = undefined) })
}

const isPlain = (value: unknown) => value === null || ['string', 'number', 'boolean'].includes(typeof value)

/** Sees to it that all on the way to a place are collections that are written here, and not elsewhere. */
function makeWay(document: ReturnType<typeof parse>, path: Path, make: boolean): boolean {
  for (let depth = 0; depth < path.length; depth += 1) {
    const way = path.slice(0, depth)
    const node: unknown = depth === 0 ? document.contents : document.getIn(way, true)
    const key = path[depth]
    const fits = typeof key === 'number' ? isSeq(node) || isMap(node) : isMap(node)
    if (isCollection(node) && fits) continue
    if (!make) return false
    const empty = document.createNode(typeof key === 'number' ? [] : {})
    if (depth === 0) document.contents = empty as typeof document.contents
    else document.setIn(way, empty)
  }
  return true
}

/** What is at a place of a value. */
export function at(value: unknown, path: Path): unknown {
  let here = value
  for (const key of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined
    here = (here as Record<string | number, unknown>)[key]
  }
  return here
}

/** A place as a JSON pointer (RFC 6901). */
export const pointerOf = (path: Path): string =>
  path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
