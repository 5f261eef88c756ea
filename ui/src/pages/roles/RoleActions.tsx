import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { deleteRole, type Role } from '@/api/kinds/roles'
import { keys } from '@/api/resource'
import { ActionItem } from '@/components/ActionButton'
import { ActionMenu } from '@/components/ActionMenu'
import { ConfirmDelete } from '@/components/ConfirmDelete'
import { command } from '@/lib/quote'

/** What can be done with a role. */
export function RoleActions({ role }: { role: Role }) {
  const navigate = useNavigate()
  const [deleting, setDeleting] = useState(false)
  const { name } = role.metadata
  const fixed = role.status?.builtIn ? 'It comes with Kore and cannot be changed.' : null
  return (
    <>
      <ActionMenu label={`Actions of ${name}`}>
        <ActionItem permission="role.write" blocked={fixed} onClick={() => void navigate({ to: '/admin/roles/role/$role/edit', params: { role: name } })}>
          Edit…
        </ActionItem>
        <ActionItem permission="role.write" blocked={fixed} isDanger onClick={() => setDeleting(true)}>
          Delete…
        </ActionItem>
      </ActionMenu>
      {deleting && <DeleteRole role={role} onClose={() => setDeleting(false)} />}
    </>
  )
}

function DeleteRole({ role, onClose }: { role: Role; onClose: () => void }) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const { name, resourceVersion } = role.metadata
  const remove = useMutation({
    mutationFn: () => deleteRole(role),
    onSuccess: async () => {
      onClose()
      await navigate({ to: '/admin/roles' })
      await client.invalidateQueries({ queryKey: keys.kind('Role') })
    },
  })
  return (
    <ConfirmDelete
      what="role"
      name={name}
      impact={['Only a role that nobody has can be deleted: take its bindings away first.', 'What was done with it stays in the activity record.']}
      cli={command(['kore', 'role', 'delete'], name)}
      api={{ method: 'DELETE', path: `/api/v1/roles/${name}`, ifMatch: `"${resourceVersion ?? ''}"` }}
      onDelete={() => remove.mutate()}
      onClose={onClose}
      isDeleting={remove.isPending}
      error={remove.error}
    />
  )
}
