import { CLIENT } from '@/lib/version'
import { sessionFetch } from '@/session/hold'
import { ApiError, problemOf } from './problems'
import type { Query } from './resource'
import type { Owner } from './types'

/** Something that needs somebody. */
export interface Attention {
  kind: string
  severity: 'critical' | 'warning' | 'info'
  team?: string
  object: { kind: string; name: string }
  code?: string
  title: string
  detail: string
  owner: Owner
  since?: string
  fix?: string[]
}

/** What needs somebody, the worst first; nothing at all where the server cannot say. */
export const attentionQuery = (team: string | null): Query<Attention[] | null> => ({
  queryKey: ['Attention', team],
  meta: { follows: ['Cluster', 'Operation', 'Plan', 'PlanVersion', 'PlanPolicy'] },
  queryFn: async ({ signal }) => {
    const path = team === null ? '/api/v1/attention' : `/api/v1/attention?team=${encodeURIComponent(team)}`
    const response = await sessionFetch(new Request(path, { headers: { 'kore-client': CLIENT }, signal }))
    if (response.status === 404 && team === null) return null
    const body: unknown = await response.json().catch(() => null)
    if (!response.ok) throw new ApiError(problemOf(body, response))
    return (body as { items: Attention[] }).items
  },
})
