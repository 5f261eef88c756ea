import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { deleteNamespace, previewDeleted, type ClusterNamespace } from '@/api/kinds/namespaces'
import { keys } from '@/api/resource'
import { asProblem } from '@/api/problems'
import { ConfirmDelete } from '@/components/ConfirmDelete'
import { command } from '@/lib/quote'

interface Props {
  namespace: ClusterNamespace
  onClose: () => void
  onDeleted?: () => void
}

/** Deletes a namespace, and says before what is in it. */
export function DeleteNamespace({ namespace, onClose, onDeleted }: Props) {
  const client = useQueryClient()
  const { metadata, spec } = namespace
  const team = metadata.team ?? ''
  const inside = useQuery({
    queryKey: ['Preview', 'delete', team, metadata.name, metadata.generation],
    queryFn: ({ signal }) => previewDeleted(namespace, signal),
    gcTime: 0,
    retry: false,
  })
  const remove = useMutation({
    mutationFn: () => deleteNamespace(namespace),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.kind('ClusterNamespace') })
      onClose()
      onDeleted?.()
    },
    // What Kore observes may have changed since: the next press is about the object as it is then.
    onError: () => client.invalidateQueries({ queryKey: keys.kind('ClusterNamespace') }),
  })
  const found = inside.data?.actions.flatMap(({ detail }) => detail ?? []) ?? []
  const impact = [
    ...(inside.isPending ? ['Looking what is in it…'] : []),
    ...(inside.error ? [`What is in it is not known: ${asProblem(inside.error).detail}`] : []),
    ...found.map((line) => `In the cluster: ${line}.`),
    ...(inside.data?.problems?.map(({ detail }) => detail) ?? []),
    'Everything in it goes with it, data in its volumes too.',
    'Roles of single people and robots in it end with it.',
    'Its share of the team’s quota is given back.',
  ]
  return (
    <ConfirmDelete
      what="namespace"
      name={spec.name}
      impact={impact}
      cli={command(['kore', 'namespace', 'delete'], `${team}/${spec.cluster}/${spec.name}`)}
      api={{ method: 'DELETE', path: `/api/v1/teams/${team}/clusternamespaces/${metadata.name}`, ifMatch: `"${metadata.resourceVersion ?? ''}"` }}
      onDelete={() => remove.mutate()}
      onClose={onClose}
      isDeleting={remove.isPending}
      error={remove.error}
    />
  )
}
