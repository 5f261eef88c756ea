import { api, match, ok, written } from '../client'
import { itemQuery, listQuery } from '../resource'
import type { ListParameters, Schema } from '../types'

export type Quota = Schema<'Quota'>
export type QuotaSpec = Schema<'QuotaSpec'>

/** Quotas change with what teams make: whatever is made or goes has them read again. */
const follows = { meta: { follows: ['Cluster', 'ClusterNamespace', 'Team'] } }

export const quotasQuery = (parameters: ListParameters) => ({
  ...listQuery<Quota>('Quota', null, parameters, (query, signal) => ok(api.GET('/api/v1/quotas', { params: { query }, signal }))),
  ...follows,
})

export const quotaQuery = (team: string) => ({
  ...itemQuery<Quota>('Quota', null, team, (signal) => ok(api.GET('/api/v1/quotas/{name}', { params: { path: { name: team } }, signal }))),
  ...follows,
})

export const replaceQuota = (quota: Quota, spec: QuotaSpec) =>
  written(
    api.PUT('/api/v1/quotas/{name}', {
      params: { path: { name: quota.metadata.name }, header: match(quota) },
      body: { ...quota, spec },
    }),
  )
