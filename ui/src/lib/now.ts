import { useSyncExternalStore } from 'react'

const clocks = new Map<number, { now: Date; listeners: Set<() => void>; timer: ReturnType<typeof setInterval> | null }>()

function clockOf(period: number) {
  let clock = clocks.get(period)
  if (!clock) clocks.set(period, (clock = { now: new Date(), listeners: new Set(), timer: null }))
  return clock
}

/** The time, renewed every so many milliseconds; one timer for all that look. */
export function useNow(period: number): Date {
  return useSyncExternalStore(
    (listener) => {
      const clock = clockOf(period)
      clock.listeners.add(listener)
      clock.timer ??= setInterval(() => {
        clock.now = new Date()
        for (const each of clock.listeners) each()
      }, period)
      return () => {
        clock.listeners.delete(listener)
        if (clock.listeners.size > 0 || clock.timer === null) return
        clearInterval(clock.timer)
        clock.timer = null
      }
    },
    () => {
      const clock = clockOf(period)
      if (clock.timer === null && Date.now() - clock.now.getTime() > period) clock.now = new Date()
      return clock.now
    },
  )
}
