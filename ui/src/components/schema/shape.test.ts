import { describe, expect, it } from 'vitest'
import { fresh, groupsOf, isAbout, notesOf, plain, shapeOf, titleOf } from './shape'

const SCHEMA = {
  $defs: {
    Driver: { oneOf: [{ const: 'auto', description: 'By itself.' }, { const: 'native' }] },
    Pool: {
      type: 'object',
      properties: {
        size: { type: 'integer', minimum: 1, maximum: 5, 'x-kore-unit': 'nodes', 'x-kore-change': 'inPlace' },
        vcpus: { type: 'integer', default: 2, minimum: 1, 'x-kore-immutable': true },
      },
      required: ['size'],
    },
    Loop: { type: 'object', properties: { again: { $ref: '#/$defs/Loop' } } },
  },
  type: 'object',
  properties: {
    driver: { $ref: '#/$defs/Driver', default: 'auto', description: 'How\nfar.', 'x-kore-group': 'Nodes' },
    pools: { type: 'object', additionalProperties: { $ref: '#/$defs/Pool' }, 'x-kore-group': 'Nodes' },
    note: { anyOf: [{ type: 'string', format: 'uri' }, { type: 'null' }] },
    deep: { $ref: '#/$defs/Loop' },
    odd: { anyOf: [{ type: 'string' }, { type: 'integer' }] },
  },
}

describe('the shape of a schema', () => {
  const shape = shapeOf(SCHEMA)
  const of = (name: string) => (shape.kind === 'object' ? shape.properties.find(([one]) => one === name)?.[1] : undefined)

  it('follows references, and keeps what is said beside them', () => {
    expect(of('driver')).toMatchObject({ kind: 'choice', about: 'How far.', fallback: 'auto', options: [{ value: 'auto', about: 'By itself.' }, { value: 'native', about: null }] })
    expect(of('note')).toMatchObject({ kind: 'text', format: 'uri' })
    expect(of('odd')).toMatchObject({ kind: 'any' })
    expect(of('deep')?.kind).toBe('object')
    expect(shapeOf(null)).toMatchObject({ kind: 'any' })
  })

  it('makes new members of what must be there', () => {
    const pools = of('pools')
    expect(pools?.kind === 'map' && fresh(pools.of)).toEqual({ size: 1, vcpus: 2 })
  })

  it('puts fields under headings, and says what there is to know', () => {
    expect(groupsOf(shape.kind === 'object' ? shape.properties : []).map(([heading, fields]) => [heading, fields.map(([name]) => name)])).toEqual([
      ['Nodes', ['driver', 'pools']],
      [null, ['note', 'deep', 'odd']],
    ])
    const pools = of('pools')
    const pool = pools?.kind === 'map' && pools.of.kind === 'object' ? pools.of.properties : []
    expect(pool.map(([, one]) => notesOf(one, 3).join(', '))).toEqual(['1 to 5, changes in place', 'at least 1, fixed once a cluster is made, default 2'])
  })

  it('knows which path speaks of a place', () => {
    expect(isAbout('nodePools.*.size', ['nodePools', 'default', 'size'])).toBe(true)
    expect(isAbout('nodePools.*.size', ['nodePools', 'default'])).toBe(false)
    expect(titleOf('kubernetesVersion')).toBe('Kubernetes version')
    expect([plain(['a', 'b']), plain([]), plain(3), plain({ a: 1 }), plain(undefined)]).toEqual(['a, b', 'none', '3', '{"a":1}', 'nothing'])
  })
})
