import { api, ok } from '../client'
import type { Query } from '../resource'
import type { Schema } from '../types'

export type Platform = Schema<'Platform'>
export type PlatformCheck = Schema<'PlatformCheck'>

/** How long a look is good for, in milliseconds: there are no events of the platform's health. */
const AGAIN = 10_000

/** The platform itself, as the server that answered sees it. */
export const platformQuery: Query<Platform> = {
  queryKey: ['Platform'],
  refetchInterval: AGAIN,
  queryFn: ({ signal }) => ok(api.GET('/api/v1/platform', { signal })),
}
