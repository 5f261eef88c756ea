import { withValue } from '@/lib/filter'
import { api, ok } from '../client'
import { listQuery } from '../resource'
import type { ListParameters, Schema } from '../types'

export type Session = Schema<'Session'>

const of = (user: string | null, filter = '') => (user === null ? filter || undefined : withValue(filter, 'user', '=', user))

/** Sign-ins that hold: one's own, or those of somebody else. */
export const sessionsQuery = (user: string | null, parameters: ListParameters) =>
  listQuery<Session>('Session', user, parameters, (query, signal) =>
    ok(api.GET('/api/v1/sessions', { params: { query: { ...query, filter: of(user, query.filter) } }, signal })),
  )

export const endSession = (name: string) =>
  ok(api.DELETE('/api/v1/sessions/{name}', { params: { path: { name } } }))

/** Ends every session but this one; of somebody else, every one. */
export const endSessions = (user: string | null) =>
  ok(api.DELETE('/api/v1/sessions', { params: { query: user === null ? {} : { user } } }))
