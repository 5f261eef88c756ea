import { api, ok } from '../client'
import type { Query } from '../resource'
import type { Schema } from '../types'

/** Plans of which new clusters can be made. */
export const offeredPlansQuery: Query<Schema<'Plan'>[]> = {
  queryKey: ['Plan', 'all', null, 'offered'],
  queryFn: async ({ signal }) => {
    const { items } = await ok(api.GET('/api/v1/plans', { params: { query: { limit: '200', orderBy: 'name' } }, signal }))
    return items.filter(({ spec }) => spec.currentVersion)
  },
}
