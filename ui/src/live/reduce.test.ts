import { expect, test } from 'vitest'
import { backoff, delivered, heard, initialState, lost, opened, type HubState } from './reduce'

const cluster = (name: string, version: string) =>
  JSON.stringify({ kind: 'Cluster', action: 'applied', object: { metadata: { name, team: 'payments', resourceVersion: version } } })
const event = (state: HubState, name: string, data = '{}', id?: string) => heard(state, { name, data, id }, 1000)

test('the stream is live when it says so', () => {
  const state = event(initialState(0), 'synced', '{}', 'x.1')
  expect(state).toMatchObject({ health: { state: 'live', since: 1000 }, last: 'x.1' })
})

test('of many changes of one object the newest is told, and once', () => {
  let state = event(initialState(0), 'applied', cluster('dev', '1'), 'x.1')
  state = event(state, 'applied', cluster('prod', '2'), 'x.2')
  state = event(state, 'applied', cluster('dev', '3'), 'x.3')
  const told = delivered(state)
  expect(told.changes.map(({ name, object }) => [name, (object as { metadata: { resourceVersion: string } }).metadata.resourceVersion])).toEqual([
    ['prod', '2'],
    ['dev', '3'],
  ])
  expect(delivered(told.state)).toMatchObject({ changes: [], resync: false })
  expect(state.last).toBe('x.3')
})

test('operations are known by their id and the team of their target', () => {
  const data = JSON.stringify({ kind: 'Operation', action: 'applied', object: { id: 'op-1', target: { team: 'payments' } } })
  const [change] = delivered(event(initialState(0), 'applied', data)).changes
  expect(change).toMatchObject({ kind: 'Operation', name: 'op-1', team: 'payments' })
})

test('after a resync, or a place that nobody knows, everything is read again', () => {
  const live = event(event(initialState(0), 'synced', '{}', 'x.1'), 'applied', cluster('dev', '1'))
  for (const state of [event(live, 'resync'), lost(live, 'gone', 5)]) {
    expect(state).toMatchObject({ last: null, resync: true })
    expect(delivered(state)).toMatchObject({ changes: [], resync: true })
  }
})

test('a lost stream is old since it was lost, whatever is tried meanwhile', () => {
  const live = event(initialState(0), 'synced', '{}', 'x.1')
  const once = lost(live, 'ended', 2000)
  expect(once.health).toEqual({ state: 'reconnecting', since: 2000 })
  expect(lost(once, 'ended', 9000).health.since).toBe(2000)
  expect(once.last).toBe('x.1')
  expect(lost(once, 'signed-out', 9000).health.state).toBe('signed-out')
})

test('a stream goes on with what it told of, and begins with the rest', () => {
  const first = opened(initialState(0), ['Team', 'Cluster'], 5)
  expect(first.begun).toEqual({ kinds: ['Team', 'Cluster'], at: 5 })
  const live = delivered(event(first, 'synced', '{}', 'x.1')).state
  expect(opened(live, ['Team', 'Cluster'], 9).begun).toBe(null)
  expect(opened(live, ['Cluster', 'User'], 9).begun).toEqual({ kinds: ['User'], at: 9 })
  // Cut before it has said anything: it begins with the same once more.
  expect(opened(delivered(opened(live, ['Team', 'User'], 9)).state, ['Team', 'User'], 12).begun).toEqual({ kinds: ['User'], at: 12 })
  expect(opened(lost(live, 'gone', 9), ['Team'], 12).begun).toEqual({ kinds: ['Team'], at: 12 })
})

test('a stream that begins is one of somebody who is signed in', () => {
  const out = lost(initialState(0), 'signed-out', 1000)
  expect(opened(out, [], 9).health).toEqual({ state: 'reconnecting', since: out.health.since })
  expect(opened(initialState(0), [], 9).health.state).toBe('connecting')
})

test('what is no event changes nothing', () => {
  expect(event(initialState(0), 'applied', 'nonsense').pending.size).toBe(0)
  expect(event(initialState(0), 'applied', '{}').pending.size).toBe(0)
})

test('attempts come less often, up to a quarter of a minute', () => {
  expect(backoff(1, 0)).toBe(500)
  expect(backoff(30, 1)).toBe(15_000)
})
