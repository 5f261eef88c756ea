import { api, ok, written } from '../client'
import { itemQuery, listQuery } from '../resource'
import type { ListParameters, Operation } from '../types'

/** Operations of a team, or of all teams that somebody sees. */
export const operationsQuery = (team: string | null, parameters: ListParameters) =>
  listQuery<Operation>('Operation', team, parameters, (query, signal) =>
    team === null
      ? ok(api.GET('/api/v1/operations', { params: { query }, signal }))
      : ok(api.GET('/api/v1/teams/{team}/operations', { params: { path: { team }, query }, signal })),
  )

export const operationQuery = (name: string) =>
  itemQuery('Operation', null, name, (signal) =>
    ok(api.GET('/api/v1/operations/{name}', { params: { path: { name } }, signal })),
  )

/** Has a failed operation tried again now. */
export const retryOperation = (name: string) => written(api.POST('/api/v1/operations/{name}/retry', { params: { path: { name } } }))
