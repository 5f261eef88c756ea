import { api, ok } from './client'
import type { Query } from './resource'
import type { Schema } from './types'

/** Something that needs somebody. */
export type Attention = Schema<'Attention'>

/** What needs somebody, of one team or of all that one sees, the worst first. */
export const attentionQuery = (team: string | null): Query<Attention[]> => ({
  queryKey: ['Attention', team],
  meta: { follows: ['Cluster', 'ClusterNamespace', 'Operation', 'Plan', 'PlanVersion', 'PlanPolicy'] },
  queryFn: async ({ signal }) => (await ok(api.GET('/api/v1/attention', { params: { query: { team: team ?? undefined } }, signal }))).items,
})
