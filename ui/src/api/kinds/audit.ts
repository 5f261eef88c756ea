import { api, ok } from '../client'
import { listQuery, type Query } from '../resource'
import type { ListParameters, Page, Schema } from '../types'

export type AuditRecord = Schema<'AuditRecord'>
export type AuditSink = Schema<'AuditSink'>

/** A page of the trail: of a team, or of everything that somebody may see. */
export const readRecords = (team: string | null, query: ListParameters, signal?: AbortSignal): Promise<Page<AuditRecord>> =>
  team === null
    ? ok(api.GET('/api/v1/auditrecords', { params: { query }, signal }))
    : ok(api.GET('/api/v1/teams/{team}/auditrecords', { params: { path: { team }, query }, signal }))

/** The same for a list; `follow` says whether it is read again when something happens. */
export const recordsQuery = (team: string | null, follow: boolean, parameters: ListParameters) =>
  listQuery<AuditRecord>(follow ? 'AuditRecord' : 'AuditTrail', team, parameters, (query, signal) => readRecords(team, query, signal))

export const sinksQuery: Query<AuditSink[]> = {
  queryKey: ['AuditSink'],
  queryFn: async ({ signal }) => (await ok(api.GET('/api/v1/audit/sinks', { signal }))).items,
}

/** Reads all of the trail, which may take minutes: asked for by hand. */
export const verifyTrail = (): Promise<Schema<'AuditVerification'>> => ok(api.GET('/api/v1/audit/verification'))
