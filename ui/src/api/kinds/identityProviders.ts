import { api, match, ok, written } from '../client'
import { allQuery, itemQuery, type Query } from '../resource'
import { API_VERSION, type ListParameters, type Schema } from '../types'

export type IdentityProvider = Schema<'IdentityProvider'>
export type IdentityProviderSpec = Schema<'IdentityProviderSpec'>
export type GroupMapping = Schema<'GroupMapping'>
export type ProviderPreview = Schema<'ProviderPreview'>
export type PreviewOutcome = Schema<'PreviewOutcome'>

const list = (query: ListParameters, signal: AbortSignal) =>
  ok(api.GET('/api/v1/identityproviders', { params: { query }, signal }))

export const providersQuery = allQuery<IdentityProvider>('IdentityProvider', null, list)
export const providerQuery = (name: string) =>
  itemQuery<IdentityProvider>('IdentityProvider', null, name, (signal) =>
    ok(api.GET('/api/v1/identityproviders/{name}', { params: { path: { name } }, signal })),
  )

/** A provider as it is sent. */
export function newProvider(name: string, spec: IdentityProviderSpec): IdentityProvider {
  return { apiVersion: API_VERSION, kind: 'IdentityProvider', metadata: { name, generation: 0 }, spec }
}

export const createProvider = (provider: IdentityProvider, key: string) =>
  written(api.POST('/api/v1/identityproviders', { params: { header: { 'Idempotency-Key': key } }, body: provider }))

export const replaceProvider = (provider: IdentityProvider, spec: IdentityProviderSpec) =>
  written(
    api.PUT('/api/v1/identityproviders/{name}', {
      params: { path: { name: provider.metadata.name }, header: match(provider) },
      body: { ...provider, spec },
    }),
  )

export const deleteProvider = (provider: IdentityProvider) =>
  written(
    api.DELETE('/api/v1/identityproviders/{name}', {
      params: { path: { name: provider.metadata.name }, header: match(provider) },
    }),
  )

/** Begins a try: nothing is stored; the answer says where to sign in. */
export const beginTry = (provider: IdentityProvider) =>
  ok(api.POST('/api/v1/identityproviderpreviews', { body: provider }))

/** What a try has come to. There are no events of it, so it is asked for until there is an outcome. */
export const tryQuery = (id: string): Query<ProviderPreview> => ({
  queryKey: ['ProviderPreview', id],
  queryFn: ({ signal }) => ok(api.GET('/api/v1/identityproviderpreviews/{id}', { params: { path: { id } }, signal })),
  refetchInterval: ({ state }) => (state.data?.outcome || state.error ? false : 1500),
  staleTime: 0,
})

export const signInQuery: Query<Schema<'SignInSettings'>> = {
  queryKey: ['SignInSettings'],
  queryFn: ({ signal }) => ok(api.GET('/api/v1/settings/sign-in', { signal })),
}

export const setPasswords = (local: boolean) => ok(api.PUT('/api/v1/settings/sign-in', { body: { local } }))
