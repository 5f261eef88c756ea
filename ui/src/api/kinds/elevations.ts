import { api, ok, written } from '../client'
import { listQuery } from '../resource'
import { API_VERSION, type ListParameters, type Schema } from '../types'

export type Elevation = Schema<'Elevation'>
export type ElevationState = Schema<'ElevationState'>
export type Decision = 'approve' | 'refuse' | 'end'

/** Elevations of one's own, and those that one may decide about. */
export const elevationsQuery = (parameters: ListParameters) =>
  listQuery<Elevation>('Elevation', null, parameters, (query, signal) =>
    ok(api.GET('/api/v1/elevations', { params: { query }, signal })),
  )

/** A request as it is sent; its name comes from the server. */
export function newElevation(spec: Schema<'ElevationSpec'>): Elevation {
  return { apiVersion: API_VERSION, kind: 'Elevation', metadata: { name: '', generation: 0 }, spec }
}

export const requestElevation = (elevation: Elevation, key: string) =>
  written(api.POST('/api/v1/elevations', { params: { header: { 'Idempotency-Key': key } }, body: elevation }))

export const decideElevation = (name: string, decision: Decision) => {
  const params = { path: { name } }
  if (decision === 'approve') return ok(api.POST('/api/v1/elevations/{name}/approve', { params }))
  if (decision === 'refuse') return ok(api.POST('/api/v1/elevations/{name}/refuse', { params }))
  return ok(api.POST('/api/v1/elevations/{name}/end', { params }))
}
