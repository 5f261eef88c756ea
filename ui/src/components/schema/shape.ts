import type { Path } from '@/lib/document'

type Json = Readonly<Record<string, unknown>>

/** A value to choose, and what it means. */
export interface Choice {
  value: string | number | boolean | null
  about: string | null
}

/** What a schema asks for, as far as a form can ask it. */
export type Kind =
  | { kind: 'object'; properties: readonly [name: string, schema: Shape][]; required: readonly string[] }
  | { kind: 'map'; of: Shape; names: readonly string[] }
  | { kind: 'list'; of: Shape; most: number | null }
  | { kind: 'choice'; options: readonly Choice[] }
  | { kind: 'boolean' }
  | { kind: 'number'; integer: boolean; least: number | null; most: number | null }
  | { kind: 'text'; format: string | null; examples: readonly string[]; isLong: boolean; isAnyScalar: boolean }
  | { kind: 'any' }

/** A part of a schema with its words for people. */
export type Shape = Kind & {
  title: string | null
  about: string | null
  unit: string | null
  group: string | null
  /** Cannot be changed once the object is made. */
  isFixed: boolean
  /** What a change does: `inPlace`, `rolling`, `replaces`. */
  change: string | null
  /** What holds when nobody says anything. */
  fallback: unknown
}

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null)
const number = (value: unknown) => (typeof value === 'number' ? value : null)
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const strings = (value: unknown) => list(value).filter((one) => typeof one === 'string')
const DEEPEST = 12

/** Reads a JSON Schema (2020-12, as Kore writes it). What it does not know becomes `any`. */
export function shapeOf(schema: unknown): Shape {
  return shape(schema, isJson(schema) ? schema : {}, 0)
}

function shape(given: unknown, root: Json, depth: number): Shape {
  const schema = resolved(given, root)
  const words = {
    title: text(schema.title),
    about: text(schema.description)?.replaceAll(/\s*\n\s*/g, ' ') ?? null,
    unit: text(schema['x-kore-unit']),
    group: text(schema['x-kore-group']),
    isFixed: schema['x-kore-immutable'] === true,
    change: text(schema['x-kore-change']),
    fallback: schema.default,
  }
  return { ...words, ...(depth > DEEPEST ? { kind: 'any' } : kind(schema, root, depth + 1)) }
}

/** A schema with what it refers to; `X or null` is an X that may be left out. */
function resolved(given: unknown, root: Json): Json {
  let schema = isJson(given) ? given : {}
  for (let hops = 0; hops < DEEPEST; hops += 1) {
    const { $ref, allOf, anyOf, ...own } = schema
    const alternatives = list(anyOf).filter((one) => !(isJson(one) && one.type === 'null'))
    const target = text($ref) ? pointed(root, String($ref)) : (list(allOf).length === 1 ? list(allOf)[0] : alternatives.length === 1 ? alternatives[0] : undefined)
    if (!isJson(target)) break
    schema = { ...target, ...own }
  }
  return schema
}

function pointed(root: Json, ref: string): unknown {
  if (!ref.startsWith('#/')) return undefined
  let here: unknown = root
  for (const part of ref.slice(2).split('/')) here = isJson(here) ? here[part.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined
  return here
}

function kind(schema: Json, root: Json, depth: number): Kind {
  const options = choices(schema)
  if (options) return { kind: 'choice', options }
  const type = list(schema.type).find((one) => one !== 'null') ?? schema.type
  switch (type) {
    case 'boolean':
      return { kind: 'boolean' }
    case 'integer':
    case 'number':
      return { kind: 'number', integer: type === 'integer', least: number(schema.minimum), most: number(schema.maximum) }
    case 'string':
      return { kind: 'text', format: text(schema.format), examples: strings(schema.examples), isLong: schema['x-kore-long'] === true, isAnyScalar: schema['x-kore-scalar'] === true }
    case 'array':
      return { kind: 'list', of: shape(schema.items, root, depth), most: number(schema.maxItems) }
    case 'object':
      if (isJson(schema.properties)) {
        const properties = Object.entries(schema.properties).map(([name, one]): [string, Shape] => [name, shape(one, root, depth)])
        return { kind: 'object', properties, required: list(schema.required).filter((one) => typeof one === 'string') }
      }
      if (!isJson(schema.additionalProperties)) return { kind: 'any' }
      return { kind: 'map', of: shape(schema.additionalProperties, root, depth), names: isJson(schema.propertyNames) ? strings(schema.propertyNames.examples) : [] }
    default:
      return { kind: 'any' }
  }
}

function choices(schema: Json): Choice[] | null {
  const isPlain = (value: unknown): value is Choice['value'] => value === null || ['string', 'number', 'boolean'].includes(typeof value)
  const values = list(schema.enum)
  if (values.length > 0 && values.every(isPlain)) return values.map((value) => ({ value, about: null }))
  const named = list(schema.oneOf)
  if (named.length === 0 || !named.every((one) => isJson(one) && isPlain(one.const))) return null
  return named.map((one) => ({ value: (one as Json).const as Choice['value'], about: text((one as Json).description)?.replaceAll(/\s*\n\s*/g, ' ') ?? null }))
}

/** Properties under their headings, in the order in which the headings first come. */
export function groupsOf(properties: readonly [string, Shape][]): [heading: string | null, properties: [string, Shape][]][] {
  const groups = new Map<string | null, [string, Shape][]>()
  for (const property of properties) {
    const heading = property[1].group
    groups.set(heading, [...(groups.get(heading) ?? []), property])
  }
  return [...groups]
}

/** Whether a dotted path, in which `*` is any name, is about a place. */
export function isAbout(pattern: string, path: Path): boolean {
  const parts = pattern.split('.')
  return parts.length === path.length && parts.every((part, index) => part === '*' || part === String(path[index]))
}

/** `kubernetesVersion` as "Kubernetes version", where a schema has no title. */
export function titleOf(name: string): string {
  const spaced = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase()
  return spaced.charAt(0).toUpperCase() + spaced.slice(1)
}

const CHANGES: Readonly<Record<string, string>> = { inPlace: 'changes in place', rolling: 'a change renews nodes one by one', replaces: 'a change makes it anew' }

/** What there is to know besides: range, unit, what a change does, the default. */
export function notesOf(shape: Shape, value?: unknown): string[] {
  const notes: string[] = []
  if (shape.kind === 'number' && shape.least !== null && shape.most !== null) notes.push(`${shape.least} to ${shape.most}`)
  else if (shape.kind === 'number' && shape.least !== null) notes.push(`at least ${shape.least}`)
  else if (shape.kind === 'number' && shape.most !== null) notes.push(`at most ${shape.most}`)
  if (shape.isFixed) notes.push('fixed once a cluster is made')
  else if (shape.change) notes.push(CHANGES[shape.change] ?? shape.change)
  if (shape.fallback !== undefined && shape.kind !== 'map' && shape.kind !== 'object' && value !== undefined && plain(shape.fallback) !== plain(value)) notes.push(`default ${plain(shape.fallback)}`)
  return notes
}

/** A value in a few words. */
export function plain(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) return value.length > 0 ? value.join(', ') : 'none'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** What a new item of a kind begins as. */
export function fresh(shape: Shape): unknown {
  switch (shape.kind) {
    case 'object':
      return Object.fromEntries(
        shape.properties
          .filter(([name, { fallback }]) => fallback !== undefined || shape.required.includes(name))
          .map(([name, one]) => [name, one.fallback ?? fresh(one)]),
      )
    case 'map':
      return {}
    case 'list':
      return []
    case 'number':
      return shape.least ?? 0
    case 'boolean':
      return false
    case 'choice':
      return shape.options[0]?.value ?? ''
    default:
      return ''
  }
}
