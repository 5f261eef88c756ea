import { api, match, ok, written } from '../client'
import { allQuery, itemQuery } from '../resource'
import { API_VERSION, type ListParameters, type Schema } from '../types'

export type Role = Schema<'Role'>

const list = (query: ListParameters, signal: AbortSignal) => ok(api.GET('/api/v1/roles', { params: { query }, signal }))

/** All roles, those that come with Kore and made ones. */
export const rolesQuery = allQuery<Role>('Role', null, list)

export const roleQuery = (name: string) =>
  itemQuery<Role>('Role', null, name, (signal) => ok(api.GET('/api/v1/roles/{name}', { params: { path: { name } }, signal })))

/** A role as it is sent. */
export function newRole(name: string, spec: Schema<'RoleSpec'>): Role {
  return { apiVersion: API_VERSION, kind: 'Role', metadata: { name, generation: 0 }, spec }
}

export const createRole = (role: Role, key: string) =>
  written(api.POST('/api/v1/roles', { params: { header: { 'Idempotency-Key': key } }, body: role }))

export const replaceRole = (role: Role, spec: Schema<'RoleSpec'>) =>
  written(
    api.PUT('/api/v1/roles/{name}', {
      params: { path: { name: role.metadata.name }, header: match(role) },
      body: { ...role, spec },
    }),
  )

export const deleteRole = (role: Role) =>
  written(api.DELETE('/api/v1/roles/{name}', { params: { path: { name: role.metadata.name }, header: match(role) } }))
