import { api, ok } from '../client'
import { listQuery } from '../resource'
import type { ListParameters, Schema } from '../types'

export type AuditRecord = Schema<'AuditRecord'>

/** What was done in a team, for those who may read it. */
export const teamActivityQuery = (team: string, parameters: ListParameters) =>
  listQuery<AuditRecord>('AuditRecord', team, parameters, (query, signal) =>
    ok(api.GET('/api/v1/teams/{team}/auditrecords', { params: { path: { team }, query }, signal })),
  )
