import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keys } from '@/api/resource'
import { applyChanges, noteReads, readOld } from './apply'
import type { Change } from './protocol'

const object = (name: string, resourceVersion: string, actions?: string[]) => ({ metadata: { name, uid: name, team: 'payments', resourceVersion, actions } })
const change = (name: string, version: string, action: Change['action'] = 'applied'): Change => ({
  kind: 'Cluster', action, team: 'payments', name, object: object(name, version),
})
const list = (team: string | null) => keys.list('Cluster', team, {})
let client: QueryClient

beforeEach(() => {
  vi.useFakeTimers()
  client = new QueryClient()
  client.setQueryData(list('payments'), { metadata: {}, items: [object('dev', '1')] })
  client.setQueryData(list('fraud'), { metadata: {}, items: [] })
  client.setQueryData(keys.item('Cluster', 'payments', 'dev'), object('dev', '1', ['delete']))
  client.setQueryData(['Team', 'list', null, {}], { metadata: {}, items: [] })
})
afterEach(() => vi.useRealTimers())

const stale = (key: readonly unknown[]) => client.getQueryState(key)?.isInvalidated

test('an object is new in its list and on its own page at once, and keeps what it may do', () => {
  applyChanges(client, [change('dev', '2')])
  expect(client.getQueryData(list('payments'))).toMatchObject({ items: [{ metadata: { resourceVersion: '2' } }] })
  expect(client.getQueryData(keys.item('Cluster', 'payments', 'dev'))).toMatchObject({ metadata: { resourceVersion: '2', actions: ['delete'] } })
})

test('lists of that team are read again, others and other kinds are not', () => {
  applyChanges(client, [change('prod', '1')])
  vi.advanceTimersByTime(2100)
  expect([stale(list('payments')), stale(list('fraud')), stale(['Team', 'list', null, {}])]).toEqual([true, false, false])
})

test('a deleted object is asked for again, and is not there', () => {
  applyChanges(client, [change('dev', '2', 'deleted')])
  expect(stale(keys.item('Cluster', 'payments', 'dev'))).toBe(true)
})

test('an answer that is on its way may be older than what has changed: it is asked for again', async () => {
  const key = keys.item('Cluster', 'payments', 'slow')
  const answers = [object('slow', '1'), object('slow', '2')]
  const read = vi.fn(() => Promise.resolve(answers.shift()))
  const observer = new QueryObserver(client, { queryKey: key, queryFn: read })
  const stop = observer.subscribe(() => {})
  applyChanges(client, [change('slow', '2')])
  await vi.advanceTimersByTimeAsync(2100)
  expect(client.getQueryData(key)).toMatchObject({ metadata: { resourceVersion: '2' } })
  stop()
})

test('what was asked for before its kind was told of is read again, and nothing else', async () => {
  noteReads(client)
  const read = (key: readonly unknown[], meta?: { follows: string[] }) => client.fetchQuery({ queryKey: key, queryFn: () => [], meta })
  await read(['User', 'list', null, {}])
  await read(['Overview', null], { follows: ['Cluster'] })
  await read(['WhoAmI'], { follows: ['User'] })
  await vi.advanceTimersByTimeAsync(10)
  const at = Date.now()
  await read(['Cluster', 'list', null, {}])
  readOld(client, ['User', 'Cluster'], at)
  expect([stale(['User', 'list', null, {}]), stale(['Overview', null]), stale(['WhoAmI']), stale(['Cluster', 'list', null, {}])]).toEqual([true, true, false, false])
})
