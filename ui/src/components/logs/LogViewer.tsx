import { useEffect, useMemo, useState } from 'react'
import { usePreferences } from '@/lib/preferences'
import { useStore } from '@/lib/store'
import { LogBar } from './LogBar'
import { LogNotices } from './LogNotices'
import { LogPane } from './LogPane'
import { LogReader, type LogOf } from './reader'
import { STAMP_WIDTH, stamper } from './stamp'
import { useFind } from './useFind'
import './logs.css'

/** What of a log's view is in the URL. */
export interface LogView {
  times: boolean
  wrap: boolean
  find: string
}

interface Props {
  of: LogOf
  isRunning: boolean
  view: LogView
  onView: (view: LogView) => void
  /** Reads from the first line on. */
  onAll: () => void
}

/** A log as it is written: new lines come, old ones can be read and searched meanwhile. */
export function LogViewer({ of, isRunning, view, onView, onAll }: Props) {
  const { team, cluster, namespace, pod, container, previous, tail } = of
  const [round, setRound] = useState(0)
  const running = useMemo(() => ({ now: true }), [])
  useEffect(() => {
    running.now = isRunning
  }, [running, isRunning])
  const reader = useMemo(
    () => new LogReader({ team, cluster, namespace, pod, container, previous, tail }, () => running.now),
    // Another round is another try.
    // oxlint-disable-next-line react/exhaustive-deps
    [team, cluster, namespace, pod, container, previous, tail, running, round],
  )
  useReading(reader)
  const [isFollowing, setFollowing] = useState(true)
  const [seen, setSeen] = useState(0)
  const version = useStore(reader.lines.version)
  const { zone } = usePreferences()
  const [query, setQuery] = useState(view.find)
  const found = useFind(reader.lines, query, () => follow(false))
  const onQuery = (find: string) => {
    setQuery(find)
    onView({ ...view, find })
  }
  const stamp = useMemo(() => (view.times ? stamper(zone) : null), [view.times, zone])
  const follow = (is: boolean) => {
    setSeen(reader.lines.end)
    setFollowing(is)
  }
  const fresh = isFollowing ? 0 : Math.max(0, reader.lines.end - seen)
  return (
    <section aria-label="Log" className="kore-logs" data-version={version > 0}>
      <LogBar of={of} view={view} onView={onView} query={query} onQuery={onQuery} isFollowing={isFollowing} onFollow={follow} found={found} />
      <LogNotices reader={reader} onAll={onAll} onRetry={() => setRound(round + 1)} />
      <div className="kore-log-frame">
        <LogPane
          lines={reader.lines}
          label={`Log of ${container} in ${pod}`}
          isWrapped={view.wrap}
          stamp={stamp}
          stampWidth={STAMP_WIDTH + 1}
          expression={found.expression}
          shown={found.shown}
          isFollowing={isFollowing}
          onFollow={follow}
        />
        {!isFollowing && (
          <button type="button" className="kore-log-pill" onClick={() => follow(true)}>
            Jump to end{fresh > 0 ? ` · ${fresh.toLocaleString('en')} new` : ''}
          </button>
        )}
      </div>
    </section>
  )
}

/** Reads while somebody looks, and goes on where it was when they come back. */
function useReading(reader: LogReader): void {
  useEffect(() => {
    let leaving: ReturnType<typeof setTimeout> | null = null
    const change = () => {
      if (leaving) clearTimeout(leaving)
      leaving = null
      if (document.hidden) leaving = setTimeout(() => reader.stop(), 5000)
      else reader.start()
    }
    change()
    document.addEventListener('visibilitychange', change)
    return () => {
      document.removeEventListener('visibilitychange', change)
      if (leaving) clearTimeout(leaving)
      reader.stop()
    }
  }, [reader])
}
