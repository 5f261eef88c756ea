import { api, match, ok, previewed, written } from '../client'
import { itemQuery, listQuery } from '../resource'
import { API_VERSION, type ListParameters, type Schema } from '../types'

export type NamespaceSpec = Schema<'ClusterNamespaceSpec'>
export type ClusterNamespace = Schema<'ClusterNamespace'>

/** Namespaces of all clusters of a team. */
export const namespacesQuery = (team: string, parameters: ListParameters) =>
  listQuery<ClusterNamespace>('ClusterNamespace', team, parameters, (query, signal) =>
    ok(api.GET('/api/v1/teams/{team}/clusternamespaces', { params: { path: { team }, query }, signal })),
  )

/** One of them, by the object's name: `dev.web`. */
export const namespaceQuery = (team: string, name: string) =>
  itemQuery<ClusterNamespace>('ClusterNamespace', team, name, (signal) =>
    ok(api.GET('/api/v1/teams/{team}/clusternamespaces/{name}', { params: { path: { team, name } }, signal })),
  )

/** A namespace as it is sent. */
export const newNamespace = (team: string, spec: NamespaceSpec): ClusterNamespace => ({
  apiVersion: API_VERSION,
  kind: 'ClusterNamespace',
  metadata: { name: `${spec.cluster}.${spec.name}`, team, generation: 0 },
  spec,
})

const pathOf = ({ metadata: { team, name } }: ClusterNamespace) => ({ team: team ?? '', name })

export const createNamespace = (object: ClusterNamespace, key: string) =>
  written(
    api.POST('/api/v1/teams/{team}/clusternamespaces', {
      params: { path: { team: object.metadata.team ?? '' }, header: { 'Idempotency-Key': key } },
      body: object,
    }),
  )

export const previewNamespace = (object: ClusterNamespace, signal?: AbortSignal) =>
  previewed(
    api.POST('/api/v1/teams/{team}/clusternamespaces', {
      params: { path: { team: object.metadata.team ?? '' }, query: { dryRun: 'All' } },
      body: object,
      signal,
    }),
  )

export const replaceNamespace = (object: ClusterNamespace) =>
  written(
    api.PUT('/api/v1/teams/{team}/clusternamespaces/{name}', {
      params: { path: pathOf(object), header: match(object) },
      body: object,
    }),
  )

/** Looking does not have to be up to date: what Kore observes changes all the time. */
const anyRevision = { 'If-Match': '*' }

export const previewReplaced = (object: ClusterNamespace, signal?: AbortSignal) =>
  previewed(
    api.PUT('/api/v1/teams/{team}/clusternamespaces/{name}', {
      params: { path: pathOf(object), header: anyRevision, query: { dryRun: 'All' } },
      body: object,
      signal,
    }),
  )

export const deleteNamespace = (object: ClusterNamespace) =>
  written(
    api.DELETE('/api/v1/teams/{team}/clusternamespaces/{name}', { params: { path: pathOf(object), header: match(object) } }),
  )

/** What deleting it would take along: the server looks into the cluster. */
export const previewDeleted = (object: ClusterNamespace, signal?: AbortSignal) =>
  previewed(
    api.DELETE('/api/v1/teams/{team}/clusternamespaces/{name}', {
      params: { path: pathOf(object), header: anyRevision, query: { dryRun: 'All' } },
      signal,
    }),
  )
