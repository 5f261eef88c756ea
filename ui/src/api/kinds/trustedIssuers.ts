import { api, match, ok, written } from '../client'
import { allQuery } from '../resource'
import { API_VERSION, type ListParameters, type Schema } from '../types'

export type TrustedIssuer = Schema<'TrustedIssuer'>
export type IssuerProfile = Schema<'IssuerProfile'>

const list = (query: ListParameters, signal: AbortSignal) =>
  ok(api.GET('/api/v1/trustedissuers', { params: { query }, signal }))

export const issuersQuery = allQuery<TrustedIssuer>('TrustedIssuer', null, list)

/** An issuer as it is sent. */
export function newIssuer(name: string, spec: Schema<'TrustedIssuerSpec'>): TrustedIssuer {
  return { apiVersion: API_VERSION, kind: 'TrustedIssuer', metadata: { name, generation: 0 }, spec }
}

export const createIssuer = (issuer: TrustedIssuer, key: string) =>
  written(api.POST('/api/v1/trustedissuers', { params: { header: { 'Idempotency-Key': key } }, body: issuer }))

export const deleteIssuer = (issuer: TrustedIssuer) =>
  written(
    api.DELETE('/api/v1/trustedissuers/{name}', {
      params: { path: { name: issuer.metadata.name }, header: match(issuer) },
    }),
  )
