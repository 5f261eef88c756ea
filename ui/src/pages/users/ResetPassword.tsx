import { useMutation, useQueryClient } from '@tanstack/react-query'
import { claimLink } from '@/api/kinds/users'
import { keys } from '@/api/resource'
import { command } from '@/lib/quote'
import { Confirm } from '@/components/Confirm'
import { ClaimShown } from './ClaimShown'

/** Takes a password away and shows the link for another one. */
export function ResetPassword({ name, onClose }: { name: string; onClose: () => void }) {
  const client = useQueryClient()
  const reset = useMutation({
    mutationFn: () => claimLink(name, true),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.kind('Session') }),
  })
  if (reset.data) return <ClaimShown name={name} link={reset.data} onStored={onClose} />
  return (
    <Confirm
      title={`Reset the password of ${name}?`}
      impact={[
        'Their password stops working, and they are signed out everywhere, now.',
        'You get a link with which they set another one. It works once.',
        'What they may do stays as it is.',
      ]}
      action="Reset password"
      cli={command(['kore', 'user', 'reset'], name)}
      api={{ method: 'POST', path: `/api/v1/users/${name}/claim?reset=true` }}
      isDanger
      onConfirm={() => reset.mutate()}
      onClose={onClose}
      isBusy={reset.isPending}
      error={reset.error}
      errorTitle="The password was not reset"
    />
  )
}
