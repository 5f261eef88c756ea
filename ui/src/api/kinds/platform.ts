import { CLIENT } from '@/lib/version'
import { sessionFetch } from '@/session/hold'
import { ApiError, problemOf } from '../problems'
import type { Query } from '../resource'

/** One thing that the server needs. */
export interface PlatformCheck {
  name: string
  state: 'ok' | 'failed'
  message?: string | null
}

/** The platform itself, as the server that answered sees it; what only newer servers say may be missing. */
export interface Platform {
  ready: boolean
  checks: PlatformCheck[]
  version?: string
  startedAt?: string
  leader?: { identity: string; renewedAt?: string | null } | null
  database?: string
  stale?: boolean
  objects?: Record<string, number>
  operations?: Record<string, number>
}

/** How long a look is good for: there are no events of the platform's health. */
const AGAIN = 10_000

const read = (path: string, signal: AbortSignal) => sessionFetch(new Request(path, { headers: { 'kore-client': CLIENT }, signal }))

export const platformQuery: Query<Platform> = {
  queryKey: ['Platform'],
  refetchInterval: AGAIN,
  queryFn: async ({ signal }) => {
    const response = await read('/api/v1/platform', signal)
    if (response.ok) return (await response.json()) as Platform
    // Servers that do not have it yet say the most of it to everybody.
    if (response.status === 404) return readiness(await (await read('/readyz?verbose', signal)).text())
    throw new ApiError(problemOf(await response.json().catch(() => null), response))
  },
}

/** What `/readyz?verbose` says: a line for each check, `[+]` or `[-]` before it. */
export function readiness(text: string): Platform {
  const checks = [...text.matchAll(/^\[([+-])\](\S+) ?(.*)$/gm)].map(([, sign, name = '', rest = '']): PlatformCheck => ({
    name,
    state: sign === '+' ? 'ok' : 'failed',
    message: sign === '+' ? null : rest,
  }))
  return { ready: checks.length > 0 && checks.every(({ state }) => state === 'ok'), checks }
}
