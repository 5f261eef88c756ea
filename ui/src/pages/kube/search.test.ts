import { expect, test } from 'vitest'
import { kubeSearch, listPath, objectSearch, onePath, sorted } from './search'

test('what is not understood is left out', () => {
  expect(kubeSearch({ namespace: 'web', q: '', page: '2', trouble: 'yes', more: 1 })).toEqual({ namespace: 'web', page: 2 })
  expect(objectSearch({ view: 'logs', all: true, times: 1 })).toEqual({ view: 'logs', all: true })
})

test('names with numbers sort as people count', () => {
  const items = ['db-10', 'db-9', 'api'].map((name) => ({ metadata: { name } }))
  expect(sorted(items, undefined, false).map(({ metadata }) => metadata.name)).toEqual(['api', 'db-9', 'db-10'])
  expect(sorted(items, () => 1, true).map(({ metadata }) => metadata.name)).toEqual(['api', 'db-9', 'db-10'])
  expect(sorted(items, ({ metadata }) => metadata.name.length, true)[0]?.metadata.name).toBe('db-10')
})

test('paths', () => {
  expect([listPath('/api/v1', 'pods'), listPath('/apis/apps/v1', 'deployments', 'web')]).toEqual(['/api/v1/pods', '/apis/apps/v1/namespaces/web/deployments'])
  expect(onePath('/api/v1', 'pods', 'web', 'a')).toBe('/api/v1/namespaces/web/pods?fieldSelector=metadata.name%3Da')
})
