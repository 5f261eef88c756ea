import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { at, pointerOf, put, read, write, type Path } from './document'

/** Any value that the API could know: no `-0`, which JSON does not keep. */
const leaf = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.integer(), fc.boolean(), fc.constant(null), fc.constantFrom('1.36', 'true', 'null', '~', '0x1f', '2026-01-01', '- a', 'a: b', '# no', ' x ', 'yes', '', '1e3', '<<', '&a', '*a', '!t', '|', 'a\nb\n', '\t'))
const name = fc.oneof(fc.string({ minLength: 1, maxLength: 8 }), fc.constantFrom('a', 'b', 'size', 'true', '1', '<<', '__proto', 'x y', '#'))
const { tree: value } = fc.letrec((tie) => ({
  tree: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('tree'), { maxLength: 4 }), fc.dictionary(name, tie('tree'), { maxKeys: 4, noNullPrototype: true })),
}))
const object = fc.dictionary(name, value, { maxKeys: 5, noNullPrototype: true })

/** The places of a value. */
function places(of: unknown, path: Path = []): Path[] {
  if (typeof of !== 'object' || of === null) return [path]
  const entries: [string | number, unknown][] = Array.isArray(of) ? [...of.entries()] : Object.entries(of)
  return [path, ...entries.flatMap(([key, below]) => places(below, [...path, key]))]
}

function set(of: unknown, [key, ...rest]: Path, to: unknown): unknown {
  if (key === undefined) return to
  if (Array.isArray(of)) return of.map((item: unknown, index) => (index === key ? set(item, rest, to) : item))
  return { ...(of as object), [key]: set((of as Record<string, unknown>)[key], rest, to) }
}

describe('a document', () => {
  it('says what was written', () => {
    fc.assert(fc.property(value, (given) => void expect(read(write(given))).toEqual({ value: given, problem: null })), { numRuns: 500 })
  })

  it('says at a place what was put there, and elsewhere what it said', () => {
    const change = object.chain((given) => fc.record({ given: fc.constant(given), path: fc.constantFrom(...places(given)), to: value }))
    fc.assert(
      fc.property(change, ({ given, path, to }) => {
        expect(read(put(write(given), path, to)).value).toEqual(set(given, path, to))
      }),
      { numRuns: 500 },
    )
  })

  it('stays to the letter when a form puts back what is there', () => {
    const change = object.chain((given) => fc.record({ given: fc.constant(given), path: fc.constantFrom(...places(given)) }))
    fc.assert(
      fc.property(change, ({ given, path }) => {
        const text = write(given)
        expect(read(put(text, path, at(given, path))).value).toEqual(given)
      }),
      { numRuns: 300 },
    )
  })

  it('loses a name when it is taken away, and nothing else', () => {
    const change = object.filter((given) => Object.keys(given).length > 0).chain((given) => fc.record({ given: fc.constant(given), key: fc.constantFrom(...Object.keys(given)) }))
    fc.assert(
      fc.property(change, ({ given, key }) => {
        const { [key]: _, ...rest } = given
        expect(read(put(write(given), [key], undefined)).value).toEqual(rest)
      }),
      { numRuns: 300 },
    )
  })

  it('keeps comments, order, and what nobody knows', () => {
    const text = `# whose it is
spec:
  # three is enough
  parameters:
    nodePools:
      default:
        size: 3 # nodes
        unknown: {of: nobody}
    driver: "auto"
# the end
`
    const next = put(put(text, ['spec', 'parameters', 'nodePools', 'default', 'size'], 2), ['spec', 'notes'], 'less')
    for (const part of ['# whose it is', '# three is enough', 'size: 2 # nodes', 'unknown: {of: nobody}', 'driver: "auto"', '# the end', 'notes: less']) expect(next).toContain(part)
    expect(next.indexOf('nodePools')).toBeLessThan(next.indexOf('driver'))
    const list = put(text, ['spec', 'parameters', 'allowedRegistries'], ['a', 'b'])
    expect(read(put(list, ['spec', 'parameters', 'allowedRegistries', 0], undefined)).value).toMatchObject({ spec: { parameters: { allowedRegistries: ['b'] } } })
  })

  it('makes the way to a place that is not there', () => {
    for (const text of ['', 'spec:\n', 'spec: 3\n', 'spec: {}\n', '# only a word\n']) {
      expect(read(put(text, ['spec', 'overrides', 'nodePools', 'default', 'size'], 2)).value).toEqual({ spec: { overrides: { nodePools: { default: { size: 2 } } } } })
    }
  })

  it('changes one of two that were written once', () => {
    const text = 'a: &x {size: 1}\nb: *x\n'
    expect(read(put(text, ['b', 'size'], 2)).value).toEqual({ a: { size: 1 }, b: { size: 2 } })
    expect(read(put('a: &x 1\nb: *x\n', ['b'], 2)).value).toEqual({ a: 1, b: 2 })
    expect(read(put('a: &x 1\nb: *x\n', ['a'], { c: 2 })).value).toEqual({ a: { c: 2 }, b: 1 })
  })

  it('leaves alone what cannot be read, and says why', () => {
    const text = 'a: [1\nb: 2'
    expect(put(text, ['a'], 1)).toBe(text)
    expect(read(text).problem).toMatch(/line \d/)
    expect(read('a: 1\na: 2\n').problem).toMatch(/unique/)
  })

  it('names places by JSON pointers', () => {
    expect(pointerOf(['spec', 'rules', 'a/b~c', 0])).toBe('/spec/rules/a~1b~0c/0')
    expect(at({ a: [{ b: 1 }] }, ['a', 0, 'b'])).toBe(1)
    expect(at({ a: 1 }, ['a', 'b'])).toBeUndefined()
  })
})
