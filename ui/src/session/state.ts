import { createStore } from '@/lib/store'

/** Whether the session has ended under an open page. */
export const ended = createStore(false)
/** Set once this page knows who looks at it: only then is an ended session a surprise. */
export const person = createStore<string | null>(null)

type Waiter = { go: () => void; stop: () => void }
const waiting = new Set<Waiter>()

/** Waits until somebody has signed in again; false when they would not. */
export function signedInAgain(signal?: AbortSignal | null): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const settle = (then: () => void) => () => {
      waiting.delete(waiter)
      then()
    }
    const waiter: Waiter = { go: settle(() => resolve(true)), stop: settle(() => resolve(false)) }
    waiting.add(waiter)
    signal?.addEventListener('abort', settle(() => reject(signal.reason as Error)), { once: true })
    ended.set(true)
  })
}

let times = 0
/** How often somebody has signed in again under this page. */
export const signIns = (): number => times

/** All that waited goes on. */
export function goOn(): void {
  times += 1
  ended.set(false)
  for (const waiter of waiting) waiter.go()
}

/** All that waited fails with what the server said. */
export function giveUp(): void {
  ended.set(false)
  for (const waiter of waiting) waiter.stop()
}
