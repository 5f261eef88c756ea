import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { deleteCluster } from '@/api/kinds/clusters'
import { keys } from '@/api/resource'
import type { Cluster } from '@/api/types'
import { ConfirmDelete } from '@/components/ConfirmDelete'
import { command } from '@/lib/quote'

/** Deletes a cluster, and goes where that can be watched. */
export function DeleteCluster({ cluster, onClose }: { cluster: Cluster; onClose: () => void }) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const { name, team = '', resourceVersion } = cluster.metadata
  const remove = useMutation({
    mutationFn: () => deleteCluster(cluster),
    onSuccess: async ({ operation }) => {
      await client.invalidateQueries({ queryKey: keys.kind('Cluster') })
      onClose()
      if (operation) await navigate({ to: '/operations/$operation', params: { operation } })
    },
  })
  return (
    <ConfirmDelete
      what="cluster"
      name={name}
      impact={[
        'Everything that runs in it stops, and its data is gone for good.',
        'Its namespaces and everybody’s access to it go with it.',
        'What it takes of the team’s quota is given back.',
      ]}
      cli={command(['kore', 'cluster', 'delete'], `${team ?? ''}/${name}`)}
      api={{ method: 'DELETE', path: `/api/v1/teams/${team ?? ''}/clusters/${name}`, ifMatch: `"${resourceVersion ?? ''}"` }}
      onDelete={() => remove.mutate()}
      onClose={onClose}
      isDeleting={remove.isPending}
      error={remove.error}
    />
  )
}
