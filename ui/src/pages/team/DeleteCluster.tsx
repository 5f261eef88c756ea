import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { deleteCluster, namespacesOfQuery, previewDelete } from '@/api/kinds/clusters'
import { keys } from '@/api/resource'
import type { Cluster } from '@/api/types'
import { ConfirmDelete } from '@/components/ConfirmDelete'
import { command } from '@/lib/quote'
import { BlockerList } from '@/pages/cluster/form/Blockers'
import { previewBlockers } from '@/pages/cluster/form/blockers'
import { Actions } from '@/components/preview/PreviewParts'
import '@/components/preview/preview.css'

/** Deletes a cluster after saying what goes with it, and goes where that can be watched. */
export function DeleteCluster({ cluster, onClose }: { cluster: Cluster; onClose: () => void }) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const { name, resourceVersion, generation } = cluster.metadata
  const team = cluster.metadata.team ?? ''
  const account = cluster.status?.account
  const preview = useQuery({
    queryKey: ['Preview', 'delete', team, name, generation],
    queryFn: ({ signal }) => previewDelete(cluster, signal),
    retry: false,
    gcTime: 0,
  })
  const namespaces = useQuery({ ...namespacesOfQuery(team, name), retry: false })
  const remove = useMutation({
    mutationFn: () => deleteCluster(cluster, preview.data?.digest),
    onSuccess: async ({ operation }) => {
      await client.invalidateQueries({ queryKey: keys.kind('Cluster') })
      onClose()
      if (operation) await navigate({ to: '/operations/$operation', params: { operation } })
    },
    onError: () => void preview.refetch(),
  })
  const spaces = (namespaces.data?.items ?? []).map(({ spec }) => spec.name)
  const more = namespaces.data?.metadata.continue ? ' and more' : ''
  const blockers = previewBlockers(preview.data, preview.error)
  return (
    <ConfirmDelete
      what="cluster"
      name={name}
      impact={[
        'Everything that runs in it stops, and its data is gone for good.',
        ...(spaces.length > 0 ? [`Its namespaces go with it: ${spaces.join(', ')}${more}.`] : []),
        ...(account ? [`What its workloads made in the cloud, as load balancers and volumes, is removed too. Account ${account} stays.`] : []),
        'Everybody’s access to it ends.',
        'What it takes of the team’s quota and its ranges of addresses are given back, once nothing is left.',
      ]}
      cli={command(['kore', 'cluster', 'delete'], `${team}/${name}`)}
      api={{ method: 'DELETE', path: `/api/v1/teams/${team}/clusters/${name}`, ifMatch: `"${resourceVersion ?? ''}"` }}
      onDelete={() => remove.mutate()}
      onClose={onClose}
      isDeleting={remove.isPending}
      error={remove.error}
    >
      {blockers.length > 0 && (
        <div className="kore-standing">
          <h3>It will be refused</h3>
          <BlockerList blockers={blockers} />
          {cluster.spec.deletionProtection && (
            <Link to="/teams/$team/clusters/$cluster/settings" params={{ team, cluster: name }} onClick={onClose}>
              To its settings
            </Link>
          )}
        </div>
      )}
      {preview.data && preview.data.actions.length > 0 && <Actions actions={preview.data.actions} />}
    </ConfirmDelete>
  )
}
