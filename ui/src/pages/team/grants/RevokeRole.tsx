import { useMutation, useQueryClient } from '@tanstack/react-query'
import { deleteBinding, type RoleBinding } from '@/api/kinds/roleBindings'
import { keys } from '@/api/resource'
import { command } from '@/lib/quote'
import { Confirm } from '@/components/Confirm'
import { scopeText, subjectText } from './Grants'

/** Takes a role from somebody. */
export function RevokeRole({ binding, onClose }: { binding: RoleBinding; onClose: () => void }) {
  const client = useQueryClient()
  const { metadata: { name, resourceVersion }, spec: { subject, role, scope } } = binding
  const remove = useMutation({
    mutationFn: () => deleteBinding(binding),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.kind('RoleBinding') })
      onClose()
    },
  })
  return (
    <Confirm
      isDanger
      title={`Take ${role} from ${subjectText(subject)}?`}
      impact={[
        `They have it in ${scopeText(scope)}; other roles of theirs stay.`,
        'It ends with their next request. Open watches and shells end with it.',
      ]}
      action="Take away"
      errorTitle="The role was not taken away"
      cli={command(['kore', 'access', 'revoke'], name)}
      api={{ method: 'DELETE', path: `/api/v1/rolebindings/${name}`, ifMatch: `"${resourceVersion ?? ''}"` }}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
      isBusy={remove.isPending}
      error={remove.error}
    />
  )
}
