import { describe, expect, it } from 'vitest'
import { differences, setFlags } from './diff'

const before = { version: '1.35', pools: { a: { size: 1, vcpus: 2 } }, list: ['x'], gone: true }
const after = { version: '1.36', pools: { a: { size: 2, vcpus: 2 }, b: { size: 1 } }, list: ['x', 'y'] }

describe('what differs', () => {
  it('is told by path', () => {
    expect(differences(before, after)).toEqual([
      { path: 'gone', before: true },
      { path: 'list', before: ['x'], after: ['x', 'y'] },
      { path: 'pools.a.size', before: 1, after: 2 },
      { path: 'pools.b.size', after: 1 },
      { path: 'version', before: '1.35', after: '1.36' },
    ])
    expect(differences(before, before)).toEqual([])
  })

  it('can be said on the command line', () => {
    expect(setFlags(before, after)).toEqual([
      '--set', `'version="1.36"'`, '--set', 'pools.a.size=2', '--set', `'pools.b={"size":1}'`, '--set', `'list=["x","y"]'`, '--set', 'gone=null',
    ])
    expect(setFlags({ driver: 'auto' }, { driver: 'native' })).toEqual(['--set', 'driver=native'])
  })
})
