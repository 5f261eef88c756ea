import { api, match, ok, written } from '../client'
import { listQuery, type Query } from '../resource'
import { API_VERSION, type ListParameters, type Schema } from '../types'

export type RoleBinding = Schema<'RoleBinding'>

/** Bindings that a filter of the server's finds. */
export const grantsQuery = (parameters: ListParameters) =>
  listQuery<RoleBinding>('RoleBinding', null, parameters, (query, signal) =>
    ok(api.GET('/api/v1/rolebindings', { params: { query }, signal })),
  )

/** A binding as it is sent; the server gives it its name. */
export const newGrant = (spec: Schema<'RoleBindingSpec'>): RoleBinding => ({
  apiVersion: API_VERSION,
  kind: 'RoleBinding',
  metadata: { name: '', generation: 0 },
  spec,
})

export const grant = (binding: RoleBinding, key: string) =>
  written(api.POST('/api/v1/rolebindings', { params: { header: { 'Idempotency-Key': key } }, body: binding }))

export const revoke = (binding: RoleBinding) =>
  written(
    api.DELETE('/api/v1/rolebindings/{name}', {
      params: { path: { name: binding.metadata.name }, header: match(binding) },
    }),
  )

/** Roles that can be given in a team; those of the platform are given elsewhere. */
export const givableRolesQuery: Query<Schema<'Role'>[]> = {
  queryKey: ['Role', 'all', null, 'givable'],
  queryFn: async ({ signal }) => {
    const { items } = await ok(api.GET('/api/v1/roles', { params: { query: { limit: '200', orderBy: 'name' } }, signal }))
    return items.filter(({ metadata, status }) => !status?.builtIn || !/^(platform-|signed-in|cluster-admin)/.test(metadata.name))
  },
}
