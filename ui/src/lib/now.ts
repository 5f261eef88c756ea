import { useSyncExternalStore } from 'react'

interface Clock {
  read: () => Date
  subscribe: (listener: () => void) => () => void
}

function newClock(period: number): Clock {
  const listeners = new Set<() => void>()
  let now = new Date()
  let timer: ReturnType<typeof setInterval> | null = null
  // Nobody has renewed it while nobody looked.
  const catchUp = () => {
    if (timer === null && Date.now() - now.getTime() > Math.min(period, 1000)) now = new Date()
  }
  return {
    read: () => {
      catchUp()
      return now
    },
    subscribe: (listener) => {
      catchUp()
      listeners.add(listener)
      timer ??= setInterval(() => {
        now = new Date()
        for (const each of listeners) each()
      }, period)
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0 || timer === null) return
        clearInterval(timer)
        timer = null
      }
    },
  }
}

const clocks = new Map<number, Clock>()

/** The same clock each time: one that is new at each drawing would begin its period again, and never come to its end. */
function clockOf(period: number): Clock {
  let clock = clocks.get(period)
  if (!clock) clocks.set(period, (clock = newClock(period)))
  return clock
}

/** The time, renewed every so many milliseconds; one timer for all that look. */
export function useNow(period: number): Date {
  const { subscribe, read } = clockOf(period)
  return useSyncExternalStore(subscribe, read)
}
