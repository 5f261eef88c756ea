import { queryOptions } from '@tanstack/react-query'
import { api, ok } from '@/api/client'
import { kube, type ClusterAddress, type KubeList, type KubeObject } from '@/api/kubernetes'
import { ApiError } from '@/api/problems'

/** Kore's namespaces of a cluster: what they may use, and use. */
export const clusterNamespacesQuery = ({ team, cluster }: ClusterAddress) =>
  queryOptions({
    queryKey: ['ClusterNamespace', 'list', team, { filter: `cluster=${cluster}`, limit: '500' }],
    queryFn: ({ signal }) =>
      ok(
        api.GET('/api/v1/teams/{team}/clusternamespaces', {
          params: { path: { team }, query: { filter: `cluster=${cluster}`, limit: '500' } },
          signal,
        }),
      ),
  })

/** Names of namespaces to choose from: the cluster's, or where those may not be listed Kore's. */
export const namespaceNamesQuery = (address: ClusterAddress) =>
  queryOptions({
    queryKey: ['KubeNamespaces', address.team, address.cluster],
    queryFn: async ({ signal, client }) => {
      try {
        const list = await kube<KubeList<KubeObject>>(address, '/api/v1/namespaces?limit=1000', { signal })
        return list.items.map(({ metadata }) => metadata.name).toSorted()
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 403) throw error
        const { items } = await client.fetchQuery(clusterNamespacesQuery(address))
        return items.map(({ spec }) => spec.name).toSorted()
      }
    },
    meta: { follows: ['ClusterNamespace'] },
  })
