import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { beforeReading, told } from './told'

beforeEach(() => {
  vi.useFakeTimers()
  told.set([])
})
afterEach(() => vi.useRealTimers())

const isWaiting = async (kind: string, ...follows: string[]) => {
  let over = false
  void beforeReading({ queryKey: [kind], meta: { follows } }).then(() => (over = true))
  await vi.advanceTimersByTimeAsync(0)
  return { now: !over, later: () => !over }
}

test('what changes are told of is read once they are, and after a while all the same', async () => {
  const [cluster, user] = [await isWaiting('Cluster'), await isWaiting('User')]
  expect([cluster.now, user.now]).toEqual([true, true])
  told.set(['Team', 'Cluster'])
  await vi.advanceTimersByTimeAsync(0)
  expect([cluster.later(), user.later()]).toEqual([false, true])
  await vi.advanceTimersByTimeAsync(500)
  expect(user.later()).toBe(false)
})

test('what follows others is read once all of them are told of, but for those that only a page showing them has told', async () => {
  const [quota, whoami] = [await isWaiting('Quota', 'Cluster', 'Team'), await isWaiting('WhoAmI', 'Membership')]
  expect([quota.now, whoami.now]).toEqual([true, false])
  told.set(['Team', 'Cluster'])
  await vi.advanceTimersByTimeAsync(0)
  expect(quota.later()).toBe(false)
})

test('nothing waits for what nobody tells of', async () => {
  expect((await isWaiting('Robot')).now).toBe(false)
  told.set(null)
  expect((await isWaiting('Cluster')).now).toBe(false)
})
