import { formatFilter } from '@/lib/filter'
import { api, begun, match, ok, previewed } from '../client'
import { itemQuery, listQuery } from '../resource'
import { API_VERSION, type Cluster, type ListParameters, type Preview } from '../types'

/** Clusters of a team, or of all teams that somebody sees. */
export const clustersQuery = (team: string | null, parameters: ListParameters) =>
  listQuery<Cluster>('Cluster', team, parameters, (query, signal) =>
    team === null
      ? ok(api.GET('/api/v1/clusters', { params: { query }, signal }))
      : ok(api.GET('/api/v1/teams/{team}/clusters', { params: { path: { team }, query }, signal })),
  )

export const clusterQuery = (team: string, name: string) =>
  itemQuery('Cluster', team, name, (signal) =>
    ok(api.GET('/api/v1/teams/{team}/clusters/{name}', { params: { path: { team, name } }, signal })),
  )

/** Deletes a cluster, as it was looked at when a digest says how; answers with the operation that does it. */
export const deleteCluster = (cluster: Cluster, digest?: string) =>
  begun(
    api.DELETE('/api/v1/teams/{team}/clusters/{name}', {
      params: { path: { team: cluster.metadata.team ?? '', name: cluster.metadata.name }, header: { ...match(cluster), ...(digest && { 'If-Preview-Digest': digest }) } },
    }),
  )

const place = ({ metadata: { team, name } }: Cluster) => ({ team: team ?? '', name })
const only = { dryRun: 'All' } as const

/** A cluster as it is sent. */
export function newCluster(team: string, name: string, spec: Cluster['spec']): Cluster {
  return { apiVersion: API_VERSION, kind: 'Cluster', metadata: { name, team }, spec }
}

/** A cluster without what only the server says, for a file or a change. */
export function exported({ apiVersion, kind, metadata, spec }: Cluster): Cluster {
  const { name, team, labels = {} } = metadata
  return { apiVersion, kind, metadata: { name, team, ...(Object.keys(labels).length > 0 && { labels }) }, spec }
}

/** What making it would do. */
export const previewCreate = (team: string, body: Cluster, signal: AbortSignal): Promise<Preview> =>
  previewed(api.POST('/api/v1/teams/{team}/clusters', { params: { path: { team }, query: only }, body, signal }))

/** Makes a cluster that was looked at; answers with the operation that does it. */
export const createCluster = (team: string, body: Cluster, key: string, digest: string) =>
  begun(
    api.POST('/api/v1/teams/{team}/clusters', {
      params: { path: { team }, header: { 'Idempotency-Key': key, 'If-Preview-Digest': digest } },
      body,
    }),
  )

/** What changing it would do. */
export const previewReplace = (from: Cluster, body: Cluster, signal: AbortSignal): Promise<Preview> =>
  previewed(
    api.PUT('/api/v1/teams/{team}/clusters/{name}', { params: { path: place(from), query: only, header: match(from) }, body, signal }),
  )

/** Changes a cluster as it was looked at; answers with the operation, where there is anything to do. */
export const replaceCluster = (from: Cluster, body: Cluster, digest: string) =>
  begun(
    api.PUT('/api/v1/teams/{team}/clusters/{name}', {
      params: { path: place(from), header: { ...match(from), 'If-Preview-Digest': digest } },
      body,
    }),
  )

/** The first namespaces of a cluster: for naming what goes with it. */
export const namespacesOfQuery = (team: string, cluster: string) =>
  listQuery('ClusterNamespace', team, { filter: formatFilter([{ field: 'cluster', operator: '=', value: cluster }]), limit: '20' }, (query, signal) =>
    ok(api.GET('/api/v1/teams/{team}/clusternamespaces', { params: { path: { team }, query }, signal })),
  )

/** What deleting it would do. */
export const previewDelete = (cluster: Cluster, signal: AbortSignal): Promise<Preview> =>
  previewed(
    api.DELETE('/api/v1/teams/{team}/clusters/{name}', { params: { path: place(cluster), query: only, header: match(cluster) }, signal }),
  )
