import { describe, expect, test } from 'vitest'
import type { Thing } from '@/lib/kube/types'
import { kubeProblem, type KubeEvent } from '../kubernetes'
import { applyEvents, idOf } from './reduce'
import { allows, type Rule } from './rights'

const thing = (uid: string, resourceVersion: string): Thing => ({ metadata: { name: uid, uid, resourceVersion } })
const items = (...all: Thing[]) => new Map(all.map((one) => [idOf(one), one]))
const event = (type: KubeEvent<Thing>['type'], object: unknown) => ({ type, object }) as KubeEvent<Thing>

describe('a watch', () => {
  test('adds, changes and takes away, in order', () => {
    const heard = applyEvents(items(thing('a', '1'), thing('b', '2')), '2', [
      event('ADDED', thing('c', '3')),
      event('MODIFIED', thing('a', '4')),
      event('DELETED', thing('b', '5')),
      event('DELETED', thing('c', '6')),
      event('ADDED', thing('c', '7')),
    ])
    expect([...heard.items.values()].map(({ metadata }) => `${metadata.uid}${metadata.resourceVersion}`)).toEqual(['a4', 'c7'])
    expect(heard).toMatchObject({ version: '7', refused: null })
  })

  test('a bookmark moves the place and nothing else', () => {
    const before = items(thing('a', '1'))
    const heard = applyEvents(before, '1', [event('BOOKMARK', { metadata: { resourceVersion: '90' } })])
    expect(heard.items).toBe(before)
    expect(heard.version).toBe('90')
  })

  test('an expired place asks for the list again, and keeps what was heard before it', () => {
    const heard = applyEvents(items(), '1', [event('ADDED', thing('a', '2')), event('ERROR', { kind: 'Status', code: 410, reason: 'Expired' })])
    expect(heard.items.size).toBe(1)
    expect(heard.version).toBe('')
  })

  test('another refusal keeps the place', () => {
    expect(applyEvents(items(), '1', [event('ERROR', { code: 500, message: 'etcd' })])).toMatchObject({ version: '1', refused: { code: 500 } })
  })

  test('managed fields are left out', () => {
    const object = { metadata: { name: 'a', uid: 'a', managedFields: [{}] } }
    expect([...applyEvents(items(), '', [event('ADDED', object)]).items.values()]).toEqual([{ metadata: { name: 'a', uid: 'a' } }])
  })
})

describe('rights', () => {
  const rules: Rule[] = [
    { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods', 'pods/log'] },
    { verbs: ['*'], apiGroups: ['apps'], resources: ['*'] },
    { verbs: ['update'], apiGroups: ['x'], resources: ['*/scale'] },
    { verbs: ['delete'], apiGroups: [''], resources: ['configmaps'], resourceNames: ['mine'] },
  ]
  test.each([
    [true, { verb: 'list', resource: 'pods' }],
    [false, { verb: 'delete', resource: 'pods' }],
    [false, { verb: 'create', resource: 'pods/exec' }],
    [true, { verb: 'patch', group: 'apps', resource: 'deployments/scale' }],
    [false, { verb: 'patch', group: 'batch', resource: 'jobs' }],
    [true, { verb: 'update', group: 'x', resource: 'things/scale' }],
    [false, { verb: 'update', group: 'x', resource: 'things' }],
    [true, { verb: 'delete', resource: 'configmaps', name: 'mine' }],
    [false, { verb: 'delete', resource: 'configmaps', name: 'yours' }],
    [false, { verb: 'delete', resource: 'configmaps' }],
  ])('%s: %j', (is, deed) => expect(allows(rules, deed)).toBe(is))
})

test('refusals say what to do, those of the way and those of the cluster', () => {
  const address = { team: 'payments', cluster: 'dev' }
  const ours = kubeProblem(address, 403, { message: 'KORE-AUTH-0003: you may not. To fix: ask for a role' }).problem
  expect(ours).toMatchObject({ code: 'KORE-AUTH-0003', detail: 'you may not.' })
  expect(ours.fix?.[0]).toBe('ask for a role')
  expect(kubeProblem(address, 403, { message: 'pods is forbidden' }).problem).toMatchObject({ code: 'KUBERNETES-403', owner: 'you', fix: ['ask an owner of the team payments for a role that may in dev'] })
  expect(kubeProblem(address, 502, {}).problem).toMatchObject({ retryable: true, detail: 'The cluster answered 502.' })
})
