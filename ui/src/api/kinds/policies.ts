import { api, match, ok, previewed, written } from '../client'
import { allQuery, itemQuery, listQuery, type Query } from '../resource'
import type { ListParameters, Preview, Schema } from '../types'

export type PlanPolicy = Schema<'PlanPolicy'>
export type PolicyRule = Schema<'PolicyRule'>

const list = (query: ListParameters, signal: AbortSignal) => ok(api.GET('/api/v1/planpolicies', { params: { query }, signal }))

export const policiesQuery = (parameters: ListParameters) => listQuery<PlanPolicy>('PlanPolicy', null, parameters, list)
export const allPoliciesQuery = allQuery<PlanPolicy>('PlanPolicy', null, list)
export const policyQuery = (name: string) =>
  itemQuery<PlanPolicy>('PlanPolicy', null, name, (signal) =>
    ok(api.GET('/api/v1/planpolicies/{name}', { params: { path: { name } }, signal })),
  )

export const deletePolicy = (policy: PlanPolicy) =>
  written(
    api.DELETE('/api/v1/planpolicies/{name}', { params: { path: { name: policy.metadata.name }, header: match(policy) } }),
  )

/** Whose verdict would be another without the policy. */
export const withoutPolicyQuery = (policy: PlanPolicy): Query<Preview> => ({
  queryKey: ['PlanPolicy', 'without', policy.metadata.name, policy.metadata.resourceVersion],
  meta: { follows: ['Cluster', 'Plan', 'Team'] },
  queryFn: () =>
    previewed(
      api.DELETE('/api/v1/planpolicies/{name}', {
        params: { path: { name: policy.metadata.name }, header: match(policy), query: { dryRun: 'All' } },
      }),
    ),
})
