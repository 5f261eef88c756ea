import { kubeBase, kubeFetch, type ClusterAddress } from '@/api/kubernetes'
import { ApiError, asProblem } from '@/api/problems'
import { CHANNEL, ending, frame, PROTOCOLS, resizeFrame, type Ending } from './frames'

export interface ShellOf extends ClusterAddress {
  namespace: string
  pod: string
  container: string
}

/** The best shell that the container has. */
const SHELL = ['/bin/sh', '-c', 'command -v bash >/dev/null 2>&1 && exec bash; exec sh']

/** Names of commands to run, as in the query of an exec. */
export function execPath(of: ShellOf): string {
  const query = new URLSearchParams({ container: of.container, stdin: 'true', stdout: 'true', stderr: 'true', tty: 'true' })
  for (const word of SHELL) query.append('command', word)
  return `/api/v1/namespaces/${encodeURIComponent(of.namespace)}/pods/${encodeURIComponent(of.pod)}/exec?${query}`
}

/** What a session tells of itself. */
export interface Listener {
  onOpen: () => void
  onData: (data: Uint8Array) => void
  onEnd: (ending: Ending, problem: unknown) => void
}

/** A shell in a container. */
export class ShellSession {
  readonly #socket: WebSocket
  #ending: Ending | null = null
  #opened = false
  #closed = false

  constructor(
    readonly of: ShellOf,
    readonly listener: Listener,
  ) {
    this.#socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}${kubeBase(of)}${execPath(of)}`, PROTOCOLS)
    this.#socket.binaryType = 'arraybuffer'
    this.#socket.addEventListener('open', () => {
      this.#opened = true
      listener.onOpen()
    })
    this.#socket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer | string>) => this.#hear(data))
    this.#socket.addEventListener('close', ({ reason }) => void this.#end(reason))
  }

  type(data: string): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(frame(CHANNEL.stdin, data))
  }

  resize(columns: number, rows: number): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(resizeFrame(columns, rows))
  }

  close(): void {
    this.#closed = true
    this.#socket.close()
  }

  #hear(data: ArrayBuffer | string): void {
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : new Uint8Array(data)
    const [channel] = bytes
    const rest = bytes.subarray(1)
    if (channel === CHANNEL.error) this.#ending = ending(new TextDecoder().decode(rest))
    else if ((channel === CHANNEL.stdout || channel === CHANNEL.stderr) && rest.length > 0) this.listener.onData(rest)
  }

  async #end(reason: string): Promise<void> {
    if (this.#closed) return
    if (this.#ending) return this.listener.onEnd(this.#ending, null)
    if (this.#opened) return this.listener.onEnd({ code: null, message: reason || 'The connection was lost. What ran in the shell may have ended with it.' }, null)
    this.listener.onEnd({ code: null, message: null }, await this.#why())
  }

  /** Browsers do not say why a connection was refused; the same request without one does. */
  async #why(): Promise<unknown> {
    try {
      await kubeFetch(this.of, execPath(this.of))
    } catch (error) {
      if (error instanceof ApiError && error.status !== 400 && error.status !== 426) return error
      if (error instanceof ApiError && !/upgrade/i.test(asProblem(error).detail)) return error
    }
    return new Error('The connection for the shell could not be made. Something between here and Kore may not let WebSockets pass.')
  }
}
