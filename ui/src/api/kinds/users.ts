import { api, match, ok, written } from '../client'
import { allQuery, itemQuery, listQuery } from '../resource'
import { API_VERSION, type ListParameters, type Schema } from '../types'

export type User = Schema<'User'>
export type UserSpec = Schema<'UserSpec'>
export type ClaimLink = Schema<'ClaimLink'>

const list = (query: ListParameters, signal: AbortSignal) => ok(api.GET('/api/v1/users', { params: { query }, signal }))

export const usersQuery = (parameters: ListParameters) => listQuery<User>('User', null, parameters, list)
/** Everybody, up to a limit: for choosing one. */
export const allUsersQuery = allQuery<User>('User', null, list)
export const userQuery = (name: string) =>
  itemQuery<User>('User', null, name, (signal) => ok(api.GET('/api/v1/users/{name}', { params: { path: { name } }, signal })))

/** A person as they are sent. */
export function newUser(name: string, spec: UserSpec): User {
  return { apiVersion: API_VERSION, kind: 'User', metadata: { name, generation: 0 }, spec }
}

export const createUser = (user: User, key: string) =>
  written(api.POST('/api/v1/users', { params: { header: { 'Idempotency-Key': key } }, body: user }))

/** Puts a person's spec in place of what it was. */
export const replaceUser = (user: User, spec: UserSpec) =>
  written(
    api.PUT('/api/v1/users/{name}', {
      params: { path: { name: user.metadata.name }, header: match(user) },
      body: { ...user, spec },
    }),
  )

export const deleteUser = (user: User) =>
  written(api.DELETE('/api/v1/users/{name}', { params: { path: { name: user.metadata.name }, header: match(user) } }))

/** A link with which a person sets their password; `reset` takes the old one and their sessions away. */
export const claimLink = (name: string, reset: boolean) =>
  ok(
    api.POST('/api/v1/users/{name}/claim', {
      params: { path: { name }, query: reset ? { reset: 'true' } : {} },
    }),
  )

export const resetSecondFactor = (name: string) =>
  ok(api.DELETE('/api/v1/users/{name}/second-factor', { params: { path: { name } } }))
