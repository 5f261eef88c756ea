import { api, match, ok, written } from '../client'
import { listQuery } from '../resource'
import { API_VERSION, type ListParameters, type Schema } from '../types'

export type AddressPool = Schema<'AddressPool'>
export type AddressReservation = Schema<'AddressReservation'>
export type PoolRanges = Schema<'PoolRanges'>

export const poolsQuery = (parameters: ListParameters) =>
  listQuery<AddressPool>('AddressPool', null, parameters, (query, signal) => ok(api.GET('/api/v1/addresspools', { params: { query }, signal })))

export const reservationsQuery = (parameters: ListParameters) => ({
  ...listQuery<AddressReservation>('AddressReservation', null, parameters, (query, signal) =>
    ok(api.GET('/api/v1/addressreservations', { params: { query }, signal })),
  ),
  meta: { follows: ['Cluster'] },
})

export const newPool = (name: string, spec: AddressPool['spec']): AddressPool => ({ apiVersion: API_VERSION, kind: 'AddressPool', metadata: { name, generation: 0 }, spec })

export const newReservation = (spec: AddressReservation['spec']): AddressReservation => ({
  apiVersion: API_VERSION,
  kind: 'AddressReservation',
  metadata: { name: '', generation: 0 },
  spec,
})

export const createPool = (pool: AddressPool, key: string) =>
  written(api.POST('/api/v1/addresspools', { params: { header: { 'Idempotency-Key': key } }, body: pool }))

export const replacePool = (pool: AddressPool, spec: AddressPool['spec']) =>
  written(
    api.PUT('/api/v1/addresspools/{name}', {
      params: { path: { name: pool.metadata.name }, header: match(pool) },
      body: { ...pool, spec },
    }),
  )

export const deletePool = (pool: AddressPool) =>
  written(api.DELETE('/api/v1/addresspools/{name}', { params: { path: { name: pool.metadata.name }, header: match(pool) } }))

export const reserve = (reservation: AddressReservation, key: string) =>
  written(api.POST('/api/v1/addressreservations', { params: { header: { 'Idempotency-Key': key } }, body: reservation }))

export const release = (reservation: AddressReservation) =>
  written(
    api.DELETE('/api/v1/addressreservations/{name}', {
      params: { path: { name: reservation.metadata.name }, header: match(reservation) },
    }),
  )
