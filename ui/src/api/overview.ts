import { beforeReading } from '@/lib/told'
import { api, ok } from './client'
import type { Query } from './resource'
import type { Schema } from './types'

export type Overview = Schema<'Overview'>
/** Something that needs somebody. */
export type Attention = Schema<'Attention'>

/** How things are, in one team or in all that one sees. */
export const overviewQuery = (team: string | null): Query<Overview> => ({
  queryKey: ['Overview', team],
  meta: { follows: ['Team', 'Cluster', 'ClusterNamespace', 'Operation', 'Plan', 'PlanVersion', 'PlanPolicy'] },
  queryFn: async (context) => {
    await beforeReading(context)
    return ok(api.GET('/api/v1/overview', { params: { query: { team: team ?? undefined } }, signal: context.signal }))
  },
})
