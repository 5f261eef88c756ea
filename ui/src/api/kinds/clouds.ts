import { api, match, ok, written } from '../client'
import { allQuery, itemQuery, listQuery, type Query } from '../resource'
import { API_VERSION, type ListParameters, type Schema } from '../types'

export type CloudOrganization = Schema<'CloudOrganization'>
export type CloudPermissions = Schema<'CloudPermissions'>
export type PurposePermissions = Schema<'PurposePermissions'>
export type CloudTemplate = Schema<'CloudTemplate'>
export type PurposeCheck = Schema<'PurposeCheck'>
export type AwsOrganization = Schema<'AwsOrganization'>

const list = (query: ListParameters, signal: AbortSignal) => ok(api.GET('/api/v1/cloudorganizations', { params: { query }, signal }))

export const cloudsQuery = (parameters: ListParameters) => listQuery<CloudOrganization>('CloudOrganization', null, parameters, list)
/** Every organisation: for choosing one. */
export const allCloudsQuery = allQuery<CloudOrganization>('CloudOrganization', null, list)
export const cloudQuery = (name: string) =>
  itemQuery<CloudOrganization>('CloudOrganization', null, name, (signal) =>
    ok(api.GET('/api/v1/cloudorganizations/{name}', { params: { path: { name } }, signal })),
  )

/** What Kore needs to be allowed in a cloud. It changes with the server only. */
export const permissionsQuery = (cloud: string): Query<CloudPermissions> => ({
  queryKey: ['CloudPermissions', cloud],
  queryFn: ({ signal }) => ok(api.GET('/api/v1/clouds/{cloud}/permissions', { params: { path: { cloud } }, signal })),
})

export const newCloud = (name: string, spec: CloudOrganization['spec']): CloudOrganization => ({
  apiVersion: API_VERSION,
  kind: 'CloudOrganization',
  metadata: { name, generation: 0 },
  spec,
})

export const createCloud = (cloud: CloudOrganization, key: string) =>
  written(api.POST('/api/v1/cloudorganizations', { params: { header: { 'Idempotency-Key': key } }, body: cloud }))

export const replaceCloud = (cloud: CloudOrganization, spec: CloudOrganization['spec']) =>
  written(
    api.PUT('/api/v1/cloudorganizations/{name}', {
      params: { path: { name: cloud.metadata.name }, header: match(cloud) },
      body: { ...cloud, spec },
    }),
  )

export const deleteCloud = (cloud: CloudOrganization) =>
  written(api.DELETE('/api/v1/cloudorganizations/{name}', { params: { path: { name: cloud.metadata.name }, header: match(cloud) } }))

/** Asks for a look at what Kore is allowed; the object tells of it when it is done. */
export const checkCloud = (name: string) => ok(api.POST('/api/v1/cloudorganizations/{name}/check', { params: { path: { name } } }))
