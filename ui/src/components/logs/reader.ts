import { takeStream } from '@/api/kube/streams'
import { kubeFetch, type ClusterAddress } from '@/api/kubernetes'
import { ApiError } from '@/api/problems'
import { createStore } from '@/lib/store'
import { Lines } from './lines'
import { Cutter, Resume } from './resume'

/** Which log. */
export interface LogOf extends ClusterAddress {
  namespace: string
  pod: string
  container: string
  /** Of the run before. */
  previous: boolean
  /** So many lines from the end at first; null for all. */
  tail: number | null
}

export type Reading =
  | { state: 'connecting' | 'reading' | 'ended' }
  /** It goes on by itself; what holds it up. */
  | { state: 'waiting'; why: string }
  | { state: 'failed'; error: unknown }

const logPath = (of: LogOf, query: Record<string, string>) =>
  `/api/v1/namespaces/${encodeURIComponent(of.namespace)}/pods/${encodeURIComponent(of.pod)}/log?${new URLSearchParams({ container: of.container, ...(of.previous && { previous: 'true' }), ...query })}`

const pause = (milliseconds: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
  })

/** Reads a log into lines, and goes on where it was after whatever interrupts it. */
export class LogReader {
  readonly lines = new Lines()
  readonly reading = createStore<Reading>({ state: 'connecting' })
  /** There may be more before the first line than what was asked for. */
  readonly isCut = createStore(false)
  readonly #resume = new Resume()
  #running: AbortController | null = null
  #came = 0

  /** `isRunning` says whether the container still runs, as far as is known. */
  constructor(
    readonly of: LogOf,
    readonly isRunning: () => boolean,
  ) {}

  start(): void {
    if (this.#running || this.reading.get().state === 'ended') return
    this.#running = new AbortController()
    void this.#run(this.#running.signal)
  }

  stop(): void {
    this.#running?.abort()
    this.#running = null
  }

  async #run(signal: AbortSignal): Promise<void> {
    let failures = 0
    while (!signal.aborted) {
      const before = this.#came
      try {
        // What comes after a reconnect needs what came before it.
        // oxlint-disable-next-line no-await-in-loop
        await this.#read(signal)
        failures = this.#came > before ? 0 : failures + 1
        if (signal.aborted) return
        if (this.of.previous || (!this.isRunning() && failures > 1)) return this.#end()
        this.reading.set({ state: 'waiting', why: this.isRunning() ? 'The connection ended; it is taken up again.' : 'The container has ended; looking whether it starts again.' })
      } catch (error) {
        if (signal.aborted) return
        failures += 1
        if (error instanceof ApiError && error.status === 404 && this.#came > 0) return this.#end()
        const waits = error instanceof ApiError && error.status === 400 && /waiting to start|ContainerCreating|PodInitializing|is not valid for pod|trying and failing/.test(error.message)
        const refused = error instanceof ApiError && error.status > 0 && error.status < 500 && error.status !== 429
        if (refused && !waits) return this.reading.set({ state: 'failed', error })
        this.reading.set({ state: 'waiting', why: waits ? error.message : 'The connection was lost; it is taken up again.' })
      }
      // oxlint-disable-next-line no-await-in-loop
      await pause(Math.min(10_000, 500 * 2 ** failures), signal)
    }
  }

  #end(): void {
    this.#running = null
    this.reading.set({ state: 'ended' })
  }

  async #read(signal: AbortSignal): Promise<void> {
    const { since } = this.#resume
    if (since) this.#resume.reconnected()
    else this.reading.set({ state: 'connecting' })
    const start: Record<string, string> = since ? { sinceTime: since } : this.of.tail === null ? {} : { tailLines: String(this.of.tail) }
    const giveBack = takeStream(true)
    try {
      const response = await kubeFetch(this.of, logPath(this.of, { timestamps: 'true', follow: String(!this.of.previous), ...start }), { signal })
      this.reading.set({ state: 'reading' })
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
      const cutter = new Cutter()
      for (;;) {
        // A stream is read in order.
        // oxlint-disable-next-line no-await-in-loop
        const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
        if (done) break
        this.#take(cutter.take(value))
      }
      // A half line at the end of one connection comes again, whole, with the next.
      if (this.of.previous || !this.isRunning()) this.#take(cutter.end())
    } finally {
      giveBack?.()
    }
  }

  #take(lines: readonly string[]): void {
    const fresh = this.#resume.take(lines)
    this.#came += fresh.length
    this.lines.append(fresh)
    if (this.of.tail !== null && this.#came >= this.of.tail) this.isCut.set(true)
  }
}

/** The whole log as the container wrote it, to keep. */
export async function download(of: LogOf): Promise<void> {
  const response = await kubeFetch(of, logPath(of, {}))
  const url = URL.createObjectURL(await response.blob())
  const link = document.createElement('a')
  link.href = url
  link.download = `${of.pod}-${of.container}${of.previous ? '-previous' : ''}.log`
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
