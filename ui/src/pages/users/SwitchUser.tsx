import { useMutation, useQueryClient } from '@tanstack/react-query'
import { replaceUser, type User } from '@/api/kinds/users'
import { keys } from '@/api/resource'
import { command } from '@/lib/quote'
import { Confirm } from '@/components/Confirm'

/** Takes everything from a person at their next request, or lets them in again. */
export function SwitchUser({ user, onClose }: { user: User; onClose: () => void }) {
  const client = useQueryClient()
  const { name, resourceVersion } = user.metadata
  const disabled = !user.spec.disabled
  const spec = { ...user.spec, disabled }
  const save = useMutation({
    mutationFn: () => replaceUser(user, spec),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.kind('User') })
      await client.invalidateQueries({ queryKey: keys.kind('Session') })
      onClose()
    },
  })
  return (
    <Confirm
      title={disabled ? `Disable ${name}?` : `Enable ${name}?`}
      impact={
        disabled
          ? ['They lose everything at their next request: the console, the command line, tokens, kubectl.', 'Their roles and memberships are kept, and hold again when they are enabled.']
          : ['They may sign in again, with the roles and memberships that they had.']
      }
      action={disabled ? 'Disable' : 'Enable'}
      cli={command(['kore', 'user', disabled ? 'disable' : 'enable'], name)}
      api={{ method: 'PUT', path: `/api/v1/users/${name}`, body: { metadata: { name }, spec }, ifMatch: `"${resourceVersion ?? ''}"` }}
      isDanger={disabled}
      onConfirm={() => save.mutate()}
      onClose={onClose}
      isBusy={save.isPending}
      error={save.error}
      errorTitle={disabled ? 'The user was not disabled' : 'The user was not enabled'}
    />
  )
}
