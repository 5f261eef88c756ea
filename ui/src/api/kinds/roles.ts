import { api, match, ok, written } from '../client'
import { allQuery, itemQuery, type Query } from '../resource'
import { API_VERSION, type ListParameters, type Schema } from '../types'

export type Role = Schema<'Role'>

const list = (query: ListParameters, signal: AbortSignal) => ok(api.GET('/api/v1/roles', { params: { query }, signal }))

/** All roles, those that come with Kore and made ones. */
export const rolesQuery = allQuery<Role>('Role', null, list)

/** Roles that can be given in a team; those of the platform are given elsewhere. */
export const givableRolesQuery: Query<Role[]> = {
  ...rolesQuery,
  select: (roles) => roles.filter(({ metadata, status }) => !status?.builtIn || !/^(platform-|signed-in|cluster-admin)/.test(metadata.name)),
}

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
