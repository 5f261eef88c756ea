import type { QueryClient } from '@tanstack/react-query'
import { createStore } from '@/lib/store'
import { told } from '@/lib/told'
import { ended, person } from '@/session/state'
import { applyChanges, followedKinds, noteReads, readOld } from './apply'
import { Hub } from './hub'
import type { FromHub, Health, ToHub } from './protocol'

/** How the stream is, for the dot and the banner. */
export const health = createStore<Health>({ state: 'connecting', since: Date.now() })

let send: (message: ToHub) => void = () => {}

/** Begins to listen, for as long as the page is there. */
export function startLive(client: QueryClient): void {
  const receive = (message: FromHub) => {
    if (message.type === 'health') {
      health.set(message.health)
      told.set(message.kinds)
      if (message.health.state === 'signed-out' && person.get() !== null) ended.set(true)
    } else if (message.type === 'resync') void client.invalidateQueries()
    else if (message.type === 'begun') readOld(client, message.kinds, message.at)
    else applyChanges(client, message.changes)
  }
  send = connect(receive)
  noteReads(client)

  const visible = () => document.visibilityState === 'visible'
  let kinds = followedKinds(client)
  send({ type: 'hello', visible: visible(), kinds })
  document.addEventListener('visibilitychange', () => send({ type: 'visible', visible: visible() }))
  window.addEventListener('pagehide', () => send({ type: 'bye' }))
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) send({ type: 'hello', visible: visible(), kinds })
  })
  window.addEventListener('online', () => send({ type: 'wake' }))
  setInterval(() => send({ type: 'alive' }), 20_000)
  client.getQueryCache().subscribe((event) => {
    if (event.type !== 'observerAdded' && event.type !== 'observerRemoved') return
    const now = followedKinds(client)
    if (now.join() === kinds.join()) return
    kinds = now
    send({ type: 'kinds', kinds })
  })
}

/** Tries at once: somebody has signed in again. */
export const wakeLive = (): void => send({ type: 'wake' })

function connect(receive: (message: FromHub) => void): (message: ToHub) => void {
  if (typeof SharedWorker !== 'undefined') {
    const worker = new SharedWorker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'kore-live' })
    worker.port.addEventListener('message', ({ data }: MessageEvent<FromHub>) => receive(data))
    worker.port.start()
    return (message) => worker.port.postMessage(message)
  }
  const hub = new Hub()
  const listener = { send: receive }
  return (message) => hub.receive(listener, message)
}
