import { useMutation, useQueryClient } from '@tanstack/react-query'
import { resetSecondFactor } from '@/api/kinds/users'
import { keys } from '@/api/resource'
import { command } from '@/lib/quote'
import { Confirm } from '@/components/Confirm'

/** Takes the second factor of somebody who has lost it. */
export function ResetFactor({ name, onClose }: { name: string; onClose: () => void }) {
  const client = useQueryClient()
  const reset = useMutation({
    mutationFn: () => resetSecondFactor(name),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.kind('User') })
      onClose()
    },
  })
  return (
    <Confirm
      title={`Take the second factor of ${name} away?`}
      impact={[
        'Until they set up another one, their password alone lets them in.',
        'Their recovery codes stop working.',
        'Be sure that it is they who ask: call them, or look at them.',
      ]}
      action="Take it away"
      cli={command(['kore', 'user', 'reset-factor'], name)}
      api={{ method: 'DELETE', path: `/api/v1/users/${name}/second-factor` }}
      isDanger
      onConfirm={() => reset.mutate()}
      onClose={onClose}
      isBusy={reset.isPending}
      error={reset.error}
      errorTitle="The second factor was not taken away"
    />
  )
}
