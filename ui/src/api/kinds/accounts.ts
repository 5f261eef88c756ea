import { api, begun, match, ok } from '../client'
import { itemQuery, listQuery } from '../resource'
import { API_VERSION, type ListParameters, type Schema } from '../types'

export type CloudAccount = Schema<'CloudAccount'>
export type AccountSpent = Schema<'AccountSpent'>

export const accountsQuery = (parameters: ListParameters) =>
  listQuery<CloudAccount>('CloudAccount', null, parameters, (query, signal) => ok(api.GET('/api/v1/cloudaccounts', { params: { query }, signal })))

export const accountQuery = (name: string) =>
  itemQuery<CloudAccount>('CloudAccount', null, name, (signal) => ok(api.GET('/api/v1/cloudaccounts/{name}', { params: { path: { name } }, signal })))

export const newAccount = (name: string, spec: CloudAccount['spec']): CloudAccount => ({ apiVersion: API_VERSION, kind: 'CloudAccount', metadata: { name, generation: 0 }, spec })

/** Has an account made: an operation does it, once its cloud is ready for accounts. */
export const createAccount = (account: CloudAccount, key: string) =>
  begun(api.POST('/api/v1/cloudaccounts', { params: { header: { 'Idempotency-Key': key } }, body: account }))

export const replaceAccount = (account: CloudAccount, spec: CloudAccount['spec']) =>
  begun(api.PUT('/api/v1/cloudaccounts/{name}', { params: { path: { name: account.metadata.name }, header: match(account) }, body: { ...account, spec } }))

export const deleteAccount = (account: CloudAccount) =>
  begun(api.DELETE('/api/v1/cloudaccounts/{name}', { params: { path: { name: account.metadata.name }, header: match(account) } }))
