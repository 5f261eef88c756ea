import { useQuery } from '@tanstack/react-query'
import { api, ok } from '@/api/client'
import { allUsersQuery } from '@/api/kinds/users'
import { usePermission } from '@/api/permissions'

/** The id of the list that inputs for people and robots name. */
export const SUGGESTIONS = 'kore-subjects'

/** Names to choose from while typing: everybody, for those who may read that; else the team's members. */
export function SubjectSuggestions({ team }: { team?: string }) {
  const { allowed, pending } = usePermission('user.read')
  const users = useQuery({ ...allUsersQuery, enabled: allowed && !pending })
  const members = useQuery({ ...membersOf(team ?? ''), enabled: team !== undefined && !allowed && !pending })
  const names = users.data?.map(({ metadata }) => metadata.name) ?? members.data ?? []
  return (
    <datalist id={SUGGESTIONS}>
      {names.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </datalist>
  )
}

const membersOf = (team: string) => ({
  queryKey: ['Membership', 'names', team],
  queryFn: async ({ signal }: { signal: AbortSignal }): Promise<string[]> => {
    const page = await ok(api.GET('/api/v1/teams/{team}/memberships', { params: { path: { team }, query: { limit: '500' } }, signal }))
    return page.items.map(({ metadata }) => metadata.name)
  },
})
