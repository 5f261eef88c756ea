import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { deleteUser, type User } from '@/api/kinds/users'
import { keys } from '@/api/resource'
import { ConfirmDelete } from '@/components/ConfirmDelete'
import { command } from '@/lib/quote'

/** Deletes a person. */
export function DeleteUser({ user, onClose }: { user: User; onClose: () => void }) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const { name, resourceVersion } = user.metadata
  const remove = useMutation({
    mutationFn: () => deleteUser(user),
    onSuccess: async () => {
      onClose()
      await navigate({ to: '/admin/users' })
      await client.invalidateQueries({ queryKey: keys.kind('User') })
    },
  })
  return (
    <ConfirmDelete
      what="user"
      name={name}
      impact={[
        'They are signed out everywhere, now; their tokens stop working.',
        'Their memberships and roles are gone; another user of this name does not get them.',
        'What they did stays in the activity record. To keep their roles for later, disable them instead.',
      ]}
      cli={command(['kore', 'user', 'delete'], name)}
      api={{ method: 'DELETE', path: `/api/v1/users/${name}`, ifMatch: `"${resourceVersion ?? ''}"` }}
      onDelete={() => remove.mutate()}
      onClose={onClose}
      isDeleting={remove.isPending}
      error={remove.error}
    />
  )
}
