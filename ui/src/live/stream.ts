import { createParser } from 'eventsource-parser'
import { CLIENT } from '@/lib/version'
import type { StreamEvent } from './reduce'

/** Longest silence that a healthy stream has: the server says something every 15 s. */
const SILENCE = 40_000

/** How a stream came to its end. */
export type End = 'ended' | 'gone' | 'signed-out' | 'forbidden'

/** Reads the stream of events until it ends. */
export async function readStream(
  kinds: readonly string[],
  last: string | null,
  signal: AbortSignal,
  onOpen: () => void,
  onEvent: (event: StreamEvent) => void,
): Promise<End> {
  const stop = new AbortController()
  const watchdog = { timer: setTimeout(() => stop.abort(), SILENCE) }
  const alive = () => {
    clearTimeout(watchdog.timer)
    watchdog.timer = setTimeout(() => stop.abort(), SILENCE)
  }
  const headers: Record<string, string> = { accept: 'text/event-stream', 'kore-client': CLIENT }
  if (last !== null) headers['last-event-id'] = last
  try {
    const response = await fetch(`/api/v1/events?snapshot=false&kinds=${kinds.join(',')}`, {
      headers,
      cache: 'no-store',
      signal: AbortSignal.any([signal, stop.signal]),
    })
    if (response.status === 401) return 'signed-out'
    if (response.status === 403) return 'forbidden'
    if (response.status === 410) return 'gone'
    if (!response.ok || !response.body) return 'ended'
    onOpen()
    const parser = createParser({
      onEvent: (event) => onEvent({ name: event.event ?? 'message', id: event.id, data: event.data }),
    })
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    for (;;) {
      // A stream is read in order.
      // oxlint-disable-next-line no-await-in-loop
      const { done, value } = await reader.read()
      if (done) return 'ended'
      alive()
      parser.feed(value)
    }
  } catch {
    return 'ended'
  } finally {
    clearTimeout(watchdog.timer)
  }
}
