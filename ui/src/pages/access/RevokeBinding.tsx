import { useMutation, useQueryClient } from '@tanstack/react-query'
import { deleteBinding, type RoleBinding } from '@/api/kinds/roleBindings'
import { command } from '@/lib/quote'
import { Confirm } from '@/components/Confirm'
import { accessChanged } from './changed'
import { scopeWords, subjectName } from './scope'

/** Takes a role away. */
export function RevokeBinding({ binding, onClose }: { binding: RoleBinding; onClose: () => void }) {
  const client = useQueryClient()
  const { metadata, spec } = binding
  const remove = useMutation({
    mutationFn: () => deleteBinding(binding),
    onSuccess: async () => {
      await accessChanged(client)
      onClose()
    },
  })
  const who = subjectName(spec.subject)
  return (
    <Confirm
      title={`Take ${spec.role} away from ${who}?`}
      impact={[
        `At their next request ${who} has it no more on ${scopeWords(spec.scope ?? {})}; open streams end at once.`,
        ...(spec.elevation ? ['An elevation by it that is active ends with it.'] : []),
        'What they have by other bindings, memberships or groups stays.',
      ]}
      action="Take away"
      cli={command(['kore', 'access', 'revoke'], metadata.name)}
      api={{ method: 'DELETE', path: `/api/v1/rolebindings/${metadata.name}`, ifMatch: `"${metadata.resourceVersion ?? ''}"` }}
      isDanger
      onConfirm={() => remove.mutate()}
      onClose={onClose}
      isBusy={remove.isPending}
      error={remove.error}
      errorTitle="The role was not taken away"
    />
  )
}
