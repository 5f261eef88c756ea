import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { grouped, permissionText, PERMISSIONS } from './permissions'

test('the permissions are those of docs/roles.md', async () => {
  const text = await readFile(new URL('../../../../docs/roles.md', import.meta.url), 'utf8')
  const rows = [...text.matchAll(/^\| `(\w+\.\w+)` \| (platform|team|cluster) \| ([^|]+?) \|/gm)]
  const known = rows.map(([, name, about, words]) => ({ name, about, text: words?.replaceAll('`', '') }))
  expect(known.length).toBeGreaterThan(40)
  expect(PERMISSIONS).toEqual(known)
})

test('permissions that nobody has told of are shown by their name', () => {
  expect(permissionText('cluster.fly')).toBe('cluster.fly')
  expect(grouped(['team.read', 'team.list', 'cluster.read'])).toEqual([
    ['team', ['team.read', 'team.list']],
    ['cluster', ['cluster.read']],
  ])
})
