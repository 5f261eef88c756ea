import { useMutation, useQueryClient } from '@tanstack/react-query'
import { removeMember, type Membership } from '@/api/kinds/members'
import { keys } from '@/api/resource'
import { command } from '@/lib/quote'
import { useWhoAmI } from '@/session/whoami'
import { Confirm } from '@/components/Confirm'

/** Takes somebody out of a team. */
export function RemoveMember({ member, onClose }: { member: Membership; onClose: () => void }) {
  const client = useQueryClient()
  const me = useWhoAmI()
  const { metadata: { name, team, resourceVersion }, status } = member
  const isMe = me.name === name
  const remove = useMutation({
    mutationFn: () => removeMember(member),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.kind('Membership') })
      onClose()
    },
  })
  const who = isMe ? 'You lose' : 'They lose'
  return (
    <Confirm
      isDanger
      title={isMe ? `Leave team ${team ?? ''}?` : `Remove ${name} from team ${team ?? ''}?`}
      impact={[
        `${who} ${status?.role ?? 'their role'} in the team with the next request; open shells and watches end.`,
        'Roles that were given to them alone, in a cluster or a namespace, stay: see the page of access.',
        ...(status?.source.startsWith('group:') ? ['A group of an identity provider gives the role: it comes back with their next sign-in.'] : []),
        ...(isMe ? ['Somebody else has to let you in again.'] : []),
      ]}
      action={isMe ? 'Leave' : 'Remove'}
      errorTitle={isMe ? 'You are still in the team' : `${name} is still in the team`}
      cli={command(['kore', 'team', 'member', 'remove'], team ?? '', name)}
      api={{ method: 'DELETE', path: `/api/v1/teams/${team ?? ''}/memberships/${name}`, ifMatch: `"${resourceVersion ?? ''}"` }}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
      isBusy={remove.isPending}
      error={remove.error}
    />
  )
}
