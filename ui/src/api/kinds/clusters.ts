import { api, begun, match, ok } from '../client'
import { itemQuery, listQuery } from '../resource'
import type { Cluster, ListParameters } from '../types'

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

/** Deletes a cluster; answers with the operation that does it. */
export const deleteCluster = (cluster: Cluster) =>
  begun(
    api.DELETE('/api/v1/teams/{team}/clusters/{name}', {
      params: { path: { team: cluster.metadata.team ?? '', name: cluster.metadata.name }, header: match(cluster) },
    }),
  )
