import { useQuery } from '@tanstack/react-query'
import { membershipsQuery } from '@/api/kinds/members'
import { allUsersQuery } from '@/api/kinds/users'
import { usePermission } from '@/api/permissions'

/** The id of the list that inputs for people and robots name. */
export const SUGGESTIONS = 'kore-subjects'

/** Names to choose from while typing: everybody, for those who may read that; else the team's members. */
export function SubjectSuggestions({ team }: { team?: string }) {
  const { allowed, pending } = usePermission('user.read')
  const users = useQuery({ ...allUsersQuery, enabled: allowed && !pending })
  const members = useQuery({ ...membershipsQuery(team ?? '', { limit: '500' }), enabled: team !== undefined && !allowed && !pending })
  const names = (users.data ?? members.data?.items ?? []).map(({ metadata }) => metadata.name)
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
