import { api, match, ok, written } from '../client'
import { listQuery } from '../resource'
import { API_VERSION, type ListParameters, type Schema } from '../types'

export type RoleBinding = Schema<'RoleBinding'>
export type Scope = Schema<'ScopeSpec'>

/** Bindings that somebody sees: their own, and those of places whose bindings they may read. */
export const roleBindingsQuery = (parameters: ListParameters) =>
  listQuery<RoleBinding>('RoleBinding', null, parameters, (query, signal) =>
    ok(api.GET('/api/v1/rolebindings', { params: { query }, signal })),
  )

/** A binding as it is sent; its name comes from the server. */
export function newBinding(spec: Schema<'RoleBindingSpec'>): RoleBinding {
  return { apiVersion: API_VERSION, kind: 'RoleBinding', metadata: { name: '', generation: 0 }, spec }
}

export const createBinding = (binding: RoleBinding, key: string) =>
  written(api.POST('/api/v1/rolebindings', { params: { header: { 'Idempotency-Key': key } }, body: binding }))

export const deleteBinding = (binding: RoleBinding) =>
  written(
    api.DELETE('/api/v1/rolebindings/{name}', {
      params: { path: { name: binding.metadata.name }, header: match(binding) },
    }),
  )
