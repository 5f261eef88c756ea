import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { newKey } from '@/api/client'
import { createRole, replaceRole, roleQuery, type Role } from '@/api/kinds/roles'
import { keys } from '@/api/resource'
import { Loaded } from '@/components/Loaded'
import { PageFrame } from '@/components/PageFrame'
import { Permitted } from '@/components/Permitted'
import { roleBody, RoleForm, type RoleValues } from './RoleForm'
import '../access/access.css'

const ROLES = { text: 'Roles', to: '/admin/roles' } as const

/** A new role. */
export function NewRolePage() {
  const navigate = useNavigate()
  const [key] = useState(newKey)
  const save = useSaved((values: RoleValues) => createRole(roleBody(values), key))
  return (
    <PageFrame title="Create role" crumbs={[ROLES]} lead="Nobody gets it by this: give it to somebody afterwards.">
      <Permitted permission="role.write">
        <div className="kore-card kore-form-card">
          <RoleForm onSave={(values) => save.mutate(values)} onCancel={() => void navigate({ to: '/admin/roles' })} isSaving={save.isPending} error={save.error} />
        </div>
      </Permitted>
    </PageFrame>
  )
}

/** A role, changed for everybody who has it. */
export function EditRolePage() {
  const { role } = useParams({ from: '/shell/admin/roles/role/$role/edit' })
  return (
    <Loaded query={roleQuery(role)} what="role" title={role}>
      {(found) => <Edit role={found} />}
    </Loaded>
  )
}

function Edit({ role }: { role: Role }) {
  const navigate = useNavigate()
  const { name } = role.metadata
  const save = useSaved((values: RoleValues) => replaceRole(role, roleBody(values).spec))
  const back = () => void navigate({ to: '/admin/roles/role/$role', params: { role: name } })
  return (
    <PageFrame
      title={`Edit ${name}`}
      crumbs={[ROLES, { text: name, to: '/admin/roles/role/$role', params: { role: name } }]}
      lead="It changes for everybody who has it, at their next request."
    >
      <Permitted permission="role.write">
        <div className="kore-card kore-form-card">
          <RoleForm role={role} onSave={(values) => save.mutate(values)} onCancel={back} isSaving={save.isPending} error={save.error} />
        </div>
      </Permitted>
    </PageFrame>
  )
}

/** Saves, and goes to the role. */
function useSaved(save: (values: RoleValues) => Promise<Role>) {
  const client = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: save,
    onSuccess: async ({ metadata }) => {
      await client.invalidateQueries({ queryKey: keys.kind('Role') })
      await client.invalidateQueries({ queryKey: keys.kind('Holdings') })
      await navigate({ to: '/admin/roles/role/$role', params: { role: metadata.name } })
    },
  })
}
