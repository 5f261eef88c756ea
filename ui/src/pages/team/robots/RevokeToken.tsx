import { useMutation, useQueryClient } from '@tanstack/react-query'
import { revokeToken, type Token } from '@/api/kinds/robots'
import { keys } from '@/api/resource'
import { useNow } from '@/lib/now'
import { ago, instant } from '@/lib/time'
import { command } from '@/lib/quote'
import { Confirm } from '@/components/Confirm'

/** Ends a token. */
export function RevokeToken({ team, robot, token, onClose }: { team: string; robot: string; token: Token; onClose: () => void }) {
  const client = useQueryClient()
  const now = useNow(60_000)
  const remove = useMutation({
    mutationFn: () => revokeToken(team, robot, token.id),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.kind('RobotToken') })
      await client.invalidateQueries({ queryKey: keys.kind('Robot') })
      onClose()
    },
  })
  const used = instant(token.lastUsedAt)
  return (
    <Confirm
      isDanger
      title={`Revoke token ${token.name}?`}
      impact={[used ? `It was used last ${ago(used, now)}.` : 'It was never used.', 'What still has it is refused at its next request.']}
      action="Revoke"
      errorTitle="The token was not revoked"
      cli={command(['kore', 'robot', 'token', 'revoke'], `${team}/${robot}`, token.id)}
      api={{ method: 'DELETE', path: `/api/v1/teams/${team}/robots/${robot}/tokens/${token.id}` }}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
      isBusy={remove.isPending}
      error={remove.error}
    />
  )
}
