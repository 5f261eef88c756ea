import { api, match, ok, previewed, written } from '../client'
import { itemQuery, listQuery } from '../resource'
import { API_VERSION, type ListParameters, type Page, type Schema } from '../types'

/** How much a namespace may use: a size, or amounts of one's own. */
export interface NamespaceQuota {
  template?: Schema<'QuotaTemplate'>
  hard?: Record<string, string>
}

/** The API's description has two kinds called Quota, and names the team's one here. */
export type NamespaceSpec = Omit<Schema<'ClusterNamespaceSpec'>, 'quota'> & { quota?: NamespaceQuota }
export type ClusterNamespace = Omit<Schema<'ClusterNamespace'>, 'spec'> & { spec: NamespaceSpec }
type Described = Schema<'ClusterNamespace'>

const read = (object: Described) => object as unknown as ClusterNamespace
const sent = (object: ClusterNamespace) => object as unknown as Described

/** Namespaces of all clusters of a team. */
export const namespacesQuery = (team: string, parameters: ListParameters) =>
  listQuery<ClusterNamespace>('ClusterNamespace', team, parameters, async (query, signal): Promise<Page<ClusterNamespace>> => {
    const page = await ok(api.GET('/api/v1/teams/{team}/clusternamespaces', { params: { path: { team }, query }, signal }))
    return { ...page, items: page.items.map(read) }
  })

/** One of them, by the object's name: `dev.web`. */
export const namespaceQuery = (team: string, name: string) =>
  itemQuery('ClusterNamespace', team, name, async (signal) =>
    read(await ok(api.GET('/api/v1/teams/{team}/clusternamespaces/{name}', { params: { path: { team, name } }, signal }))),
  )

/** A namespace as it is sent. */
export const newNamespace = (team: string, spec: NamespaceSpec): ClusterNamespace => ({
  apiVersion: API_VERSION,
  kind: 'ClusterNamespace',
  metadata: { name: `${spec.cluster}.${spec.name}`, team, generation: 0 },
  spec,
})

const pathOf = ({ metadata: { team, name } }: ClusterNamespace) => ({ team: team ?? '', name })

export const createNamespace = async (object: ClusterNamespace, key: string) =>
  read(
    await written(
      api.POST('/api/v1/teams/{team}/clusternamespaces', {
        params: { path: { team: object.metadata.team ?? '' }, header: { 'Idempotency-Key': key } },
        body: sent(object),
      }),
    ),
  )

export const previewNamespace = (object: ClusterNamespace, signal?: AbortSignal) =>
  previewed(
    api.POST('/api/v1/teams/{team}/clusternamespaces', {
      params: { path: { team: object.metadata.team ?? '' }, query: { dryRun: 'All' } },
      body: sent(object),
      signal,
    }),
  )

export const replaceNamespace = async (object: ClusterNamespace) =>
  read(
    await written(
      api.PUT('/api/v1/teams/{team}/clusternamespaces/{name}', {
        params: { path: pathOf(object), header: match(object) },
        body: sent(object),
      }),
    ),
  )

/** Looking does not have to be up to date: what Kore observes changes all the time. */
const anyRevision = { 'If-Match': '*' }

export const previewReplaced = (object: ClusterNamespace, signal?: AbortSignal) =>
  previewed(
    api.PUT('/api/v1/teams/{team}/clusternamespaces/{name}', {
      params: { path: pathOf(object), header: anyRevision, query: { dryRun: 'All' } },
      body: sent(object),
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
