import { useEffect, useMemo, useState } from 'react'
import { useStore } from '@/lib/store'
import { Find, pattern, placeOf } from './find'
import type { Lines } from './lines'

export interface Found {
  expression: RegExp | null
  count: number
  isDone: boolean
  /** The match that is shown, from 1; 0 for none. */
  current: number
  shown: { line: number } | null
  go: (step: 1 | -1) => void
}

/** Looks for a text in lines as they come, and goes from match to match. */
export function useFind(lines: Lines, query: string, onGo: () => void): Found {
  const version = useStore(lines.version)
  const expression = useMemo(() => pattern(query), [query])
  const find = useMemo(() => (expression ? new Find(lines, expression) : null), [lines, expression])
  const [, setRound] = useState(0)
  const [shown, setShown] = useState<{ line: number; find: Find } | null>(null)
  useEffect(() => {
    if (!find) return
    let timer: ReturnType<typeof setTimeout> | null = null
    const step = () => {
      const before = find.found.length
      const more = find.step()
      if (more) timer = setTimeout(step)
      if (!more || find.found.length > before) setRound((round) => round + 1)
    }
    timer = setTimeout(step, 120)
    return () => {
      if (timer) clearTimeout(timer)
    }
  }, [find, version])
  const here = shown && shown.find === find ? shown : null
  const go = (step: 1 | -1) => {
    if (!find?.any()) return
    const { found } = find
    const at = here ? placeOf(found, here.line) + step : step > 0 ? 0 : found.length - 1
    setShown({ line: found[(at + found.length) % found.length] ?? 0, find })
    onGo()
  }
  return {
    expression,
    count: find?.found.length ?? 0,
    isDone: find?.isDone ?? true,
    current: here && find ? placeOf(find.found, here.line) + 1 : 0,
    shown: here,
    go,
  }
}
