import type { Operation } from '@/api/types'
import { instant } from './time'

/** Where a step's bar begins and how long it is, in percent of the operation's time so far. */
export interface Bar {
  start: number
  length: number
  /** In milliseconds; null when it has not begun. */
  took: number | null
}

/** Bars of all steps on one axis. */
export function bars(operation: Operation, now: Date): { total: number; bars: Bar[] } {
  const begin = (instant(operation.startedAt) ?? instant(operation.createdAt) ?? now).getTime()
  const ends = operation.steps.map((step) => (instant(step.endedAt) ?? (step.startedAt ? now : new Date(begin))).getTime())
  const over = instant(operation.endedAt)
  // The clock ticks once a second: what has ended since its last tick is within the time so far all the same.
  const end = Math.max((over ?? now).getTime(), ...ends)
  const total = Math.max(1, end - begin)
  const percent = (value: number) => Math.min(100, Math.max(0, (value / total) * 100))
  return {
    total,
    bars: operation.steps.map((step) => {
      const from = instant(step.startedAt)
      if (!from) return { start: 0, length: 0, took: null }
      const to = instant(step.endedAt) ?? over ?? now
      const took = Math.max(0, to.getTime() - from.getTime())
      const start = percent(from.getTime() - begin)
      return { start, length: Math.min(100 - start, Math.max(0.6, percent(took))), took }
    }),
  }
}
