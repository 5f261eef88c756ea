import type { Thing } from '@/lib/kube/types'
import { createStore, type Store } from '@/lib/store'
import { kube, kubeProblem, kubeWatch, type ClusterAddress, type KubeEvent, type KubeList } from '../kubernetes'
import { ApiError } from '../problems'
import { applyEvents, idOf, slim, type Items } from './reduce'
import { takeStream } from './streams'

/** A list of a cluster as it is now. */
export interface LiveState<T> {
  phase: 'loading' | 'ready' | 'failed'
  items: Items<T>
  error: unknown
  /** Whether it follows what happens: by a watch, by asking now and then, or not since. */
  following: 'watch' | 'asks' | 'no'
  since: number
}

const PAGE = 500
/** Between two changes of what is on screen: at most four a second. */
const PACE = 250
const ASK_EVERY = 10_000
const LONGEST_WAIT = 15_000

const wait = (milliseconds: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
  })

const isExpired = (error: unknown) => error instanceof ApiError && error.status === 410
const isRefusal = (error: unknown) => error instanceof ApiError && error.status < 500 && error.status !== 429 && error.status !== 0

/** Reads a list page by page and then watches it, for as long as somebody looks. */
export class LiveList<T extends Thing> {
  readonly store: Store<LiveState<T>> = createStore<LiveState<T>>({
    phase: 'loading', items: new Map(), error: null, following: 'no', since: Date.now(),
  })
  #version = ''
  #running: AbortController | null = null
  #events: KubeEvent<T>[] = []
  #flushing: ReturnType<typeof setTimeout> | null = null

  constructor(
    readonly address: ClusterAddress,
    readonly path: string,
  ) {}

  start(): void {
    if (this.#running) return
    this.#running = new AbortController()
    void this.#run(this.#running.signal)
  }

  stop(): void {
    this.#running?.abort()
    this.#running = null
    this.#flush()
  }

  /** Reads it anew: after a refusal, or after a change of one's own that no watch will tell of. */
  again(): void {
    this.stop()
    this.#version = ''
    this.start()
  }

  #set(change: Partial<LiveState<T>>): void {
    this.store.set({ ...this.store.get(), ...change })
  }

  async #run(signal: AbortSignal): Promise<void> {
    let failures = 0
    while (!signal.aborted) {
      try {
        // One step needs the one before it.
        // oxlint-disable-next-line no-await-in-loop
        await this.#follow(signal, () => (failures = 0))
      } catch (error) {
        if (signal.aborted) return
        if (isExpired(error)) this.#version = ''
        else if (isRefusal(error)) return this.#set({ phase: 'failed', error, following: 'no', since: Date.now() })
        failures += 1
        const { phase, following, since } = this.store.get()
        this.#set({ error, phase: phase === 'loading' && failures > 2 ? 'failed' : phase, following: 'no', since: following === 'no' ? since : Date.now() })
      }
      // oxlint-disable-next-line no-await-in-loop
      await wait(failures === 0 ? 100 : Math.min(LONGEST_WAIT, 500 * 2 ** failures * (0.5 + Math.random() / 2)), signal)
    }
  }

  async #follow(signal: AbortSignal, went: () => void): Promise<void> {
    if (this.#version === '') await this.#list(signal)
    went()
    const giveBack = takeStream()
    if (!giveBack) {
      this.#set({ following: 'asks', error: null })
      await wait(ASK_EVERY, signal)
      if (!signal.aborted) this.#version = ''
      return
    }
    this.#set({ following: 'watch', error: null })
    try {
      for await (const event of kubeWatch<T>(this.address, this.path, this.#version, signal)) this.#hear(event)
    } finally {
      giveBack()
      this.#flush()
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    const items = new Map<string, T>()
    const first = this.store.get().phase !== 'ready'
    let next: string | undefined
    do {
      const query = new URLSearchParams({ limit: String(PAGE), ...(next && { continue: next }) })
      // A page needs the token of the page before.
      // oxlint-disable-next-line no-await-in-loop
      const page = await kube<KubeList<T>>(this.address, `${this.path}${this.path.includes('?') ? '&' : '?'}${query}`, { signal })
      for (const item of page.items) items.set(idOf(item), slim(item))
      this.#version = page.metadata.resourceVersion ?? ''
      next = page.metadata.continue || undefined
      if (first && next) this.#set({ phase: 'ready', items: new Map(items), error: null })
    } while (next)
    this.#set({ phase: 'ready', items, error: null, since: Date.now() })
  }

  #hear(event: KubeEvent<T>): void {
    this.#events.push(event)
    // A refusal ends the watch: what comes next depends on it.
    if (event.type === 'ERROR') this.#flush()
    else this.#flushing ??= setTimeout(() => this.#flush(), PACE)
  }

  #flush(): void {
    if (this.#flushing) clearTimeout(this.#flushing)
    this.#flushing = null
    if (this.#events.length === 0) return
    const { items, version, refused } = applyEvents(this.store.get().items, this.#version, this.#events)
    this.#events = []
    this.#version = version
    this.#set({ items, since: Date.now() })
    if (refused && version !== '') throw kubeProblem(this.address, refused.code ?? 500, refused)
  }
}
