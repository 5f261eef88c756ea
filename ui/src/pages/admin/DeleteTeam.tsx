import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { clustersQuery } from '@/api/kinds/clusters'
import { deleteTeam } from '@/api/kinds/teams'
import { keys } from '@/api/resource'
import type { Team } from '@/api/types'
import { ConfirmDelete } from '@/components/ConfirmDelete'
import { command } from '@/lib/quote'

/** Deletes a team that owns nothing. */
export function DeleteTeam({ team, onClose }: { team: Team; onClose: () => void }) {
  const client = useQueryClient()
  const { name, resourceVersion } = team.metadata
  const clusters = useQuery(clustersQuery(name, { limit: '3' }))
  const remove = useMutation({
    mutationFn: () => deleteTeam(team),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.kind('Team') })
      onClose()
    },
  })
  const there = clusters.data?.items.map((cluster) => cluster.metadata.name) ?? []
  const impact = [
    there.length > 0
      ? `Clusters must be deleted first: ${there.join(', ')}${clusters.data?.metadata.continue ? ' and more' : ''}.`
      : 'It owns no clusters.',
    'Memberships, invitations, robots and their tokens of this team end.',
    'What it did stays in the activity record.',
  ]
  return (
    <ConfirmDelete
      what="team"
      name={name}
      impact={impact}
      cli={command(['kore', 'team', 'delete'], name)}
      api={{ method: 'DELETE', path: `/api/v1/teams/${name}`, ifMatch: `"${resourceVersion ?? ''}"` }}
      onDelete={() => remove.mutate()}
      onClose={onClose}
      isDeleting={remove.isPending}
      error={remove.error}
    />
  )
}
