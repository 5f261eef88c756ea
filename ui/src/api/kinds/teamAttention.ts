import { CLIENT } from '@/lib/version'
import { sessionFetch } from '@/session/hold'
import { ApiError, problemOf } from '../problems'
import type { Query } from '../resource'
import type { Owner } from '../types'

/** Something that needs somebody. */
export interface Attention {
  kind: string
  severity: 'critical' | 'warning' | 'info'
  team?: string | null
  object: { kind: string; name: string }
  code?: string | null
  title: string
  detail: string
  owner: Owner
  since?: string | null
  fix?: string[]
}

/** What needs somebody in a team, the worst first; null where the server cannot say. */
export const teamAttentionQuery = (team: string): Query<Attention[] | null> => ({
  queryKey: ['Attention', 'all', team],
  queryFn: async ({ signal }) => {
    const headers = { 'kore-client': CLIENT }
    const response = await sessionFetch(new Request(`/api/v1/attention?team=${encodeURIComponent(team)}`, { headers, signal }))
    if (response.status === 404) return null
    const body: unknown = await response.json().catch(() => null)
    if (!response.ok) throw new ApiError(problemOf(body, response))
    return (body as { items: Attention[] }).items
  },
  meta: { follows: ['Cluster', 'ClusterNamespace', 'Operation'] },
})
