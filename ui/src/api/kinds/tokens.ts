import { api, ok } from '../client'
import type { Query } from '../resource'
import type { Schema } from '../types'

export type Token = Schema<'Token'>
export type NewToken = Schema<'NewToken'>
export type TokenRequest = Schema<'TokenRequest'>

/** One's own long-lived tokens. */
export const tokensQuery: Query<Token[]> = {
  queryKey: ['Token', 'own'],
  queryFn: async ({ signal }) => (await ok(api.GET('/api/v1/tokens', { signal }))).items,
}

/** Only this answer has the token itself. */
export const createToken = (body: TokenRequest) => ok(api.POST('/api/v1/tokens', { body }))

export const revokeToken = (id: string) => ok(api.DELETE('/api/v1/tokens/{id}', { params: { path: { id } } }))
