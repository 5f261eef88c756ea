import { ON_DEMAND, USUAL } from '@/lib/told'
import type { FromHub, ToHub } from './protocol'
import { backoff, delivered, heard, initialState, lost, opened, type HubState } from './reduce'
import { readStream } from './stream'

/** Between two deliveries: at most four a second. */
const PACE = 250
/** A page that goes out of sight may come back at once; a kind that nobody shows any more may be shown again. */
const LINGER = 5_000
/** A page that says nothing for so long is gone. */
const FORGOTTEN = 90_000

/** A page, as the hub sees it. */
export interface Listener {
  send(message: FromHub): void
}

interface Page {
  visible: boolean
  kinds: readonly string[]
  heardOf: number
  /** Something was told to others while it did not listen. */
  missed: boolean
}

/** One stream for all pages of a browser. */
export class Hub {
  readonly #pages = new Map<Listener, Page>()
  #state: HubState = initialState(Date.now())
  #kinds = ''
  #refused = new Set<string>()
  #running: AbortController | null = null
  #attempt = 0
  #wakes = 0
  #wake: (() => void) | null = null
  #flushing: ReturnType<typeof setTimeout> | null = null
  #settling: ReturnType<typeof setTimeout> | null = null
  #flushed = 0

  constructor() {
    setInterval(() => this.#forget(), 30_000)
  }

  receive(listener: Listener, message: ToHub): void {
    if (message.type === 'bye') {
      this.#pages.delete(listener)
      return this.#settle(LINGER)
    }
    const page = this.#pages.get(listener) ?? { visible: true, kinds: [], heardOf: 0, missed: false }
    page.heardOf = Date.now()
    this.#pages.set(listener, page)
    switch (message.type) {
      case 'hello':
        page.visible = message.visible
        page.kinds = message.kinds
        listener.send(this.#health())
        return this.#settle(0)
      case 'visible':
        page.visible = message.visible
        if (page.visible && page.missed) {
          page.missed = false
          listener.send({ type: 'resync' })
        }
        if (page.visible) this.#retryNow()
        return this.#settle(page.visible ? 0 : LINGER)
      case 'kinds':
        page.kinds = message.kinds
        return this.#settle(page.kinds.every((kind) => this.#kinds.split(',').includes(kind)) ? LINGER : 0)
      case 'wake':
        this.#refused.clear()
        this.#wakes += 1
        return this.#retryNow()
      case 'alive':
    }
  }

  #wanted(): string {
    const shown = [...this.#pages.values()].filter((page) => page.visible).flatMap((page) => page.kinds)
    const extra = ON_DEMAND.filter((kind) => shown.includes(kind) && !this.#refused.has(kind))
    return [...USUAL, ...extra].join(',')
  }

  /** Makes the stream what the pages want, after a while. */
  #settle(after: number): void {
    if (this.#settling) clearTimeout(this.#settling)
    this.#settling = setTimeout(() => {
      const listening = [...this.#pages.values()].some((page) => page.visible)
      const kinds = this.#wanted()
      if (!listening) return this.#stop()
      if (this.#running && kinds === this.#kinds) return
      this.#stop()
      this.#kinds = kinds
      this.#running = new AbortController()
      void this.#run(this.#running.signal)
    }, after)
  }

  #stop(): void {
    this.#running?.abort()
    this.#running = null
    this.#retryNow()
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const wakes = this.#wakes
      // Attempts follow each other.
      const kinds = this.#kinds.split(',')
      // oxlint-disable-next-line no-await-in-loop
      const end = await readStream(
        kinds,
        this.#state.last,
        signal,
        () => {
          this.#attempt = 0
          this.#state = opened(this.#state, kinds, Date.now())
          // Pages wait for it.
          this.#flush()
        },
        (event) => {
          if (signal.aborted) return
          this.#state = heard(this.#state, event, Date.now())
          this.#changed()
        },
      )
      if (signal.aborted) return
      // Refused to whoever was there before somebody signed in.
      if (end === 'signed-out' && wakes !== this.#wakes) continue
      if (end === 'forbidden') {
        for (const kind of ON_DEMAND) this.#refused.add(kind)
        this.#kinds = this.#wanted()
      }
      this.#state = lost(this.#state, end === 'forbidden' ? 'ended' : end, Date.now())
      this.#changed()
      this.#attempt += 1
      // oxlint-disable-next-line no-await-in-loop
      await this.#pause(end === 'gone' ? 0 : end === 'signed-out' ? 60_000 : backoff(this.#attempt, Math.random()))
    }
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  #retryNow(): void {
    this.#wake?.()
    this.#wake = null
  }

  #changed(): void {
    if (this.#flushing) return
    const wait = Math.max(0, this.#flushed + PACE - Date.now())
    this.#flushing = setTimeout(() => this.#flush(), wait)
  }

  #health(): FromHub {
    const { health, kinds } = this.#state
    return { type: 'health', health, kinds: kinds && [...kinds, ...this.#refused] }
  }

  #flush(): void {
    if (this.#flushing) clearTimeout(this.#flushing)
    this.#flushing = null
    this.#flushed = Date.now()
    const { state, changes, begun, resync } = delivered(this.#state)
    this.#state = state
    for (const [listener, page] of this.#pages) {
      listener.send(this.#health())
      if (!page.visible) page.missed ||= resync || begun !== null || changes.length > 0
      else if (resync) listener.send({ type: 'resync' })
      else {
        if (begun !== null) listener.send({ type: 'begun', ...begun })
        if (changes.length > 0) listener.send({ type: 'changes', changes })
      }
    }
  }

  #forget(): void {
    for (const [listener, page] of this.#pages) {
      if (Date.now() - page.heardOf > FORGOTTEN && page.visible) this.#pages.delete(listener)
    }
    this.#settle(0)
  }
}
