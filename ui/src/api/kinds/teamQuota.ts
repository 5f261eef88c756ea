import { api, ok } from '../client'
import type { Query } from '../resource'
import type { Schema } from '../types'

export type TeamQuota = Schema<'Quota'>

/** What a team may have, and what it has. */
export const teamQuotaQuery = (team: string): Query<TeamQuota> => ({
  queryKey: ['Quota', 'item', null, team],
  queryFn: ({ signal }) => ok(api.GET('/api/v1/quotas/{name}', { params: { path: { name: team } }, signal })),
  meta: { follows: ['Cluster', 'ClusterNamespace'] },
})
