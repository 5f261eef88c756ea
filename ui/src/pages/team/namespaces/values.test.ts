import { expect, test } from 'vitest'
import type { ClusterNamespace, NamespaceSpec } from '@/api/kinds/namespaces'
import { explained, openingChanges, openingsOf, openingWords } from './openings'
import { createLine, editLine, names, specOf, valuesOf } from './values'

const spec: NamespaceSpec = {
  cluster: 'dev', name: 'shop', paused: true,
  quota: { template: 'own', hard: { 'requests.cpu': '2', 'count/jobs.batch': '7' } },
  limits: { request: { cpu: '10m' }, max: { memory: '4Gi' } },
  network: { dns: true, sameNamespace: false, fromNamespaces: ['web'] },
  access: { viewers: 'deploy' },
}

test('a form says back what was in it, and keeps what it has no field for', () => {
  expect(specOf(valuesOf(spec), spec)).toEqual(spec)
})

test('an own quota goes when a size is chosen', () => {
  expect(specOf({ ...valuesOf(spec), template: 'medium' }, spec).quota).toEqual({ template: 'medium' })
})

test('the command says what is different, and no more', () => {
  const values = { ...valuesOf({ cluster: 'dev' }), name: 'web' }
  expect(createLine('payments', values)).toBe('kore namespace create payments/dev/web')
  expect(createLine('payments', { ...values, template: 'medium', internet: true, from: 'a, b', dns: false, viewers: 'deploy' })).toBe(
    'kore namespace create payments/dev/web --quota medium --open internet,from=a,from=b --close dns --viewers deploy',
  )
  const there = { metadata: { name: 'dev.shop' }, spec } as ClusterNamespace
  expect(editLine('payments', there, { ...valuesOf(spec), viewers: '', pods: '9', from: '', deletionProtection: true })).toBe(
    'kore namespace edit payments/dev/shop --hard pods=9 --close from=web --viewers none --set-spec deletionProtection=true',
  )
})

test('openings have words and sentences', () => {
  expect(openingWords(openingsOf(undefined))).toEqual(['dns', 'same-namespace'])
  expect(openingChanges(openingsOf(spec.network), openingsOf({ dns: true, sameNamespace: true }))).toEqual({
    open: ['same-namespace'], close: ['from=web'],
  })
  expect(explained(spec).filter(({ isOpen }) => isOpen).map(({ word }) => word)).toEqual(['Name service', 'From namespaces'])
  expect(names(' a, b  a')).toEqual(['a', 'b'])
})
