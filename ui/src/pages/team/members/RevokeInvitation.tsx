import { useMutation, useQueryClient } from '@tanstack/react-query'
import { revokeInvitation, type Invitation } from '@/api/kinds/members'
import { keys } from '@/api/resource'
import { command } from '@/lib/quote'
import { Confirm } from '@/components/Confirm'

/** Takes an invitation back. */
export function RevokeInvitation({ invitation, onClose }: { invitation: Invitation; onClose: () => void }) {
  const client = useQueryClient()
  const { metadata: { name, team }, spec, status } = invitation
  const revoke = useMutation({
    mutationFn: () => revokeInvitation(invitation),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.kind('Invitation') })
      onClose()
    },
  })
  const used = status?.usedBy.length ?? 0
  return (
    <Confirm
      isDanger
      title={`Revoke the invitation ${spec.address ? `for ${spec.address}` : `as ${spec.role}`}?`}
      impact={['Its link ends at once, also for who has it open.', used > 0 ? `Those who used it stay in the team: ${status?.usedBy.map(({ user }) => user).join(', ')}.` : 'Nobody has used it.']}
      action="Revoke"
      errorTitle="The invitation was not revoked"
      cli={command(['kore', 'team', 'invitation', 'revoke'], team ?? '', name)}
      api={{ method: 'DELETE', path: `/api/v1/teams/${team ?? ''}/invitations/${name}`, ifMatch: '*' }}
      onConfirm={() => revoke.mutate()}
      onClose={onClose}
      isBusy={revoke.isPending}
      error={revoke.error}
    />
  )
}
