import { queryOptions, useSuspenseQuery } from '@tanstack/react-query'
import { ok, api } from '@/api/client'
import type { WhoAmI } from '@/api/types'
import { CLIENT } from '@/lib/version'
import { person } from './state'

/** Who looks at this page. */
export const whoamiQuery = queryOptions({
  queryKey: ['WhoAmI'],
  // Read before there is a stream, as everything else waits for it.
  meta: { follows: ['Membership', 'Team'], isFirst: true },
  staleTime: 60_000,
  queryFn: async ({ signal }) => {
    const me = await ok(api.GET('/api/v1/whoami', { signal }))
    if (person.get() === null) person.set(me.id)
    return me
  },
})

export const useWhoAmI = (): WhoAmI => useSuspenseQuery(whoamiQuery).data

/** Asks without waiting for a sign-in; null when nobody is signed in. */
export async function whoIsThere(): Promise<WhoAmI | null> {
  try {
    const response = await fetch('/api/v1/whoami', { headers: { 'kore-client': CLIENT } })
    return response.ok ? ((await response.json()) as WhoAmI) : null
  } catch {
    return null
  }
}

/** The sign-in page, and where it leads afterwards. */
export const signInPath = (next: string): string => `/auth/login?next=${encodeURIComponent(next)}`
