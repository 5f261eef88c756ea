import { useNavigate } from '@tanstack/react-router'
import { useEffect, useEffectEvent, useRef } from 'react'
import { preferences } from '@/lib/preferences'
import { entriesOf } from './navigation'
import { useArea } from './useArea'

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

const dialog = () => document.querySelector('[role="dialog"]') !== null

/** ⌘/Ctrl-K, and single keys for whoever has not turned them off. */
export function useShortcuts({ onSearch, onHelp }: { onSearch: () => void; onHelp: () => void }): void {
  const navigate = useNavigate()
  const area = useArea()
  const first = useRef<{ key: string; at: number } | null>(null)

  const press = useEffectEvent((event: KeyboardEvent) => {
    if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault()
      if (!dialog()) onSearch()
      return
    }
    if (!preferences().keys || event.metaKey || event.ctrlKey || event.altKey || typing(event.target) || dialog()) return
    if (event.key === '?') return onHelp()
    const before = first.current && event.timeStamp - first.current.at < 1500 ? `${first.current.key} ` : ''
    const entry = entriesOf(area).find(({ keys }) => keys === before + event.key)
    // What completes nothing may begin something, whatever was pressed just before.
    first.current = entry ? null : { key: event.key, at: event.timeStamp }
    if (entry) void navigate({ to: entry.path })
  })

  useEffect(() => {
    const listener = (event: KeyboardEvent) => press(event)
    window.addEventListener('keydown', listener)
    return () => window.removeEventListener('keydown', listener)
  }, [])
}
