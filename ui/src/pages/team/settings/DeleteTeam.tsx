import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { asProblem } from '@/api/problems'
import { deleteTeam, previewTeamDeleted } from '@/api/kinds/teams'
import { keys } from '@/api/resource'
import type { Team } from '@/api/types'
import { ConfirmDelete } from '@/components/ConfirmDelete'
import { preferences, setPreferences } from '@/lib/preferences'
import { command } from '@/lib/quote'

/** Deletes a team, and says before what stands against it. */
export function DeleteTeam({ team, onClose, onDeleted = onClose }: { team: Team; onClose: () => void; onDeleted?: () => unknown }) {
  const client = useQueryClient()
  const { name, resourceVersion } = team.metadata
  const against = useQuery({
    queryKey: ['Preview', 'delete', null, name, resourceVersion],
    queryFn: ({ signal }) => previewTeamDeleted(team, signal),
    gcTime: 0,
    retry: false,
  })
  const remove = useMutation({
    mutationFn: () => deleteTeam(team),
    onSuccess: async () => {
      if (preferences().team === name) setPreferences({ team: null })
      await onDeleted()
      await client.invalidateQueries({ queryKey: keys.kind('Team') })
      await client.invalidateQueries({ queryKey: ['WhoAmI'] })
    },
  })
  const problems = against.data?.problems ?? []
  const impact = [
    ...(against.isPending ? ['Looking what it still owns…'] : []),
    ...(against.error ? [`What it owns is not known: ${asProblem(against.error).detail}`] : []),
    ...problems.map(({ detail, fix }) => `First: ${detail}${fix?.length ? ` (${fix.join('; ')})` : ''}`),
    ...(against.data && problems.length === 0 ? ['It owns no clusters.'] : []),
    'Memberships, invitations, robots, their tokens, and roles in this team end.',
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
