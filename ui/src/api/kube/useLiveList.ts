import { useCallback, useSyncExternalStore } from 'react'
import type { Thing } from '@/lib/kube/types'
import { kubeBase, type ClusterAddress } from '../kubernetes'
import { LiveList, type LiveState } from './live'

interface Shared {
  list: LiveList<Thing>
  users: number
  leaving: ReturnType<typeof setTimeout> | null
}

const shared = new Map<string, Shared>()
/** Somebody may come back at once: from one tab to the next, from a page to another one. */
const LINGER = 1_500
const FORGET = 30_000

const keyOf = (address: ClusterAddress, path: string) => kubeBase(address) + path

function listOf(address: ClusterAddress, path: string): Shared {
  const key = keyOf(address, path)
  let one = shared.get(key)
  if (!one) shared.set(key, (one = { list: new LiveList(address, path), users: 0, leaving: null }))
  return one
}

function enter(one: Shared): void {
  one.users += 1
  if (one.leaving) clearTimeout(one.leaving)
  one.leaving = null
  if (one.list.store.get().phase === 'failed') one.list.again()
  else if (!document.hidden) one.list.start()
}

function leave(key: string, one: Shared): void {
  one.users -= 1
  if (one.users > 0) return
  one.leaving = setTimeout(() => {
    one.list.stop()
    one.leaving = setTimeout(() => shared.delete(key), FORGET)
  }, LINGER)
}

/** Pages that nobody sees give their connections to those that are seen. */
let hiding: ReturnType<typeof setTimeout> | null = null
if (typeof document !== 'undefined') {
  document.addEventListener('visibilitychange', () => {
    if (hiding) clearTimeout(hiding)
    const used = () => [...shared.values()].filter(({ users }) => users > 0)
    if (document.hidden) hiding = setTimeout(() => used().forEach(({ list }) => list.stop()), 5000)
    else for (const { list } of used()) if (list.store.get().phase !== 'failed') list.start()
  })
}

const NOTHING: LiveState<never> = { phase: 'loading', items: new Map<string, never>(), error: null, following: 'no', since: 0 }

export interface Live<T> extends LiveState<T> {
  again: () => void
}

/** A list of a cluster that follows what happens there; `path` as `/api/v1/pods`, null for none. */
export function useLiveList<T extends Thing>({ team, cluster }: ClusterAddress, path: string | null): Live<T> {
  const subscribe = useCallback(
    (listener: () => void) => {
      if (path === null) return () => {}
      const address = { team, cluster }
      const one = listOf(address, path)
      enter(one)
      const unsubscribe = one.list.store.subscribe(listener)
      return () => {
        unsubscribe()
        leave(keyOf(address, path), one)
      }
    },
    [team, cluster, path],
  )
  const state = useSyncExternalStore(subscribe, () => (path === null ? NOTHING : listOf({ team, cluster }, path).list.store.get()))
  const again = useCallback(() => {
    if (path !== null) listOf({ team, cluster }, path).list.again()
  }, [team, cluster, path])
  // What is behind a path is of the type that its caller says.
  return { ...(state as LiveState<T>), again }
}
