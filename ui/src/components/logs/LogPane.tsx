import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useStore } from '@/lib/store'
import { LogRow } from './LogRow'
import type { Lines } from './lines'
import { Rows, scale } from './rows'
import { useSize } from './useSize'

interface Props {
  lines: Lines
  label: string
  isWrapped: boolean
  stamp: ((time: string) => string) | null
  /** Places that a time takes. */
  stampWidth: number
  expression: RegExp | null
  /** The line to show; a new object shows it again. */
  shown: { line: number } | null
  isFollowing: boolean
  onFollow: (isFollowing: boolean) => void
}

const PADDING = 12
/** Rows beyond what is seen, so that scrolling meets no blank. */
const MARGIN = 12

/** Lines of a log, of which only those are drawn that are seen. */
export function LogPane(props: Props) {
  const { lines, label, isWrapped, stamp, stampWidth, expression, shown, isFollowing, onFollow } = props
  const pane = useRef<HTMLDivElement>(null)
  const size = useSize(pane)
  const [scroll, setScroll] = useState(0)
  const last = useRef({ scroll: 0, first: 0 })
  useStore(lines.version)

  const rows = useMemo(() => new Rows(lines), [lines])
  const columns = Math.max(10, Math.floor((size.width - 2 * PADDING) / size.letter) - (stamp ? stampWidth : 0))
  rows.update(isWrapped ? columns : null)
  const { height, toTop, toScroll } = scale(rows.total, size.line, size.height)

  const top = toTop(scroll)
  const from = rows.lineAt(Math.max(0, top / size.line - MARGIN))
  const until = Math.min(lines.end, rows.lineAt((top + size.height) / size.line + MARGIN) + 1)
  const seen = Array.from({ length: Math.max(0, until - from) }, (_, at) => from + at)
  const width = isWrapped ? undefined : (lines.widest + (stamp ? stampWidth : 0)) * size.letter + 2 * PADDING

  const goTo = (to: number) => {
    const at = pane.current
    if (!at) return
    at.scrollTop = to
    last.current.scroll = at.scrollTop
    setScroll(at.scrollTop)
  }
  // Before the browser paints, so that the end does not jump.
  useLayoutEffect(() => {
    if (isFollowing) goTo(Number.MAX_SAFE_INTEGER)
    else if (lines.first > last.current.first) goTo(Math.max(0, scroll - toScroll((lines.first - last.current.first) * size.line)))
    last.current.first = lines.first
  })
  useEffect(() => {
    if (shown) goTo(toScroll(Math.max(0, rows.rowOf(shown.line) * size.line - size.height / 2)))
    // Only when another line is to be shown.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [shown])

  const onScroll = () => {
    const at = pane.current
    if (!at) return
    const now = at.scrollTop
    const isUp = now < last.current.scroll - 1
    const isEnd = now + at.clientHeight >= at.scrollHeight - 2
    last.current.scroll = now
    setScroll(now)
    if (isFollowing && isUp && !isEnd) onFollow(false)
    if (!isFollowing && isEnd && !isUp && rows.total * size.line > size.height) onFollow(true)
  }
  return (
    // It scrolls, so the keyboard must reach it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div ref={pane} role="log" aria-live="off" aria-label={label} tabIndex={0} className={isWrapped ? 'kore-log kore-log-wrap' : 'kore-log'} onScroll={onScroll}>
      <div className="kore-log-space" style={{ height: height + 2 * PADDING, width }}>
        <div className="kore-log-lines" style={{ transform: `translateY(${PADDING + scroll - (top - rows.rowOf(from) * size.line)}px)` }}>
          {seen.map((number) => (
            <LogRow key={number} number={number} line={lines.line(number)} look={lines.look(number)} height={rows.height(number) * size.line} expression={expression} isCurrent={shown?.line === number} stamp={stamp} />
          ))}
        </div>
      </div>
    </div>
  )
}
