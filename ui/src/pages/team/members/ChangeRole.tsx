import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useForm, useWatch } from 'react-hook-form'
import { changeRole, type Membership, type TeamRole } from '@/api/kinds/members'
import { keys } from '@/api/resource'
import { Equivalents } from '@/components/Equivalents'
import { SelectField } from '@/components/form/fields'
import { FormModal } from '@/components/form/FormModal'
import { useFormErrors } from '@/components/form/useFormErrors'
import { command } from '@/lib/quote'
import { sourceText, TEAM_ROLES } from './roles'

const FIELDS = { role: '/spec/role' }
const LABELS = { role: 'Role' }

/** Gives a member another role. */
export function ChangeRole({ member, onClose }: { member: Membership; onClose: () => void }) {
  const client = useQueryClient()
  const { metadata: { name, team, resourceVersion }, spec, status } = member
  const form = useForm<{ role: TeamRole }>({ defaultValues: { role: spec.role } })
  const { role } = useWatch({ control: form.control, compute: (now) => now })
  const change = useMutation({
    mutationFn: (given: { role: TeamRole }) => changeRole(member, given.role),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.kind('Membership') })
      onClose()
    },
  })
  useFormErrors(form, change.error, FIELDS)
  const byGroup = status?.source.startsWith('group:') ? sourceText(status.source, status.group) : null
  return (
    <FormModal
      title={`Change the role of ${name}`}
      description={byGroup ? `Their role ${status?.role ?? ''} comes from ${byGroup}; what is chosen here holds where it is higher.` : 'It holds from their next request on; shells that it no longer allows end.'}
      action="Change role"
      onSubmit={(event) => void form.handleSubmit((given) => change.mutate(given))(event)}
      onClose={onClose}
      isSaving={change.isPending}
      error={change.error}
      errorTitle="The role was not changed"
      fields={FIELDS}
      labels={LABELS}
      equivalents={
        <Equivalents
          cli={command(['kore', 'team', 'member', 'role'], team ?? '', name, role)}
          api={{ method: 'PUT', path: `/api/v1/teams/${team ?? ''}/memberships/${name}`, ifMatch: `"${resourceVersion ?? ''}"`, body: { metadata: { name, team }, spec: { role } } }}
        />
      }
    >
      <SelectField control={form.control} name="role" label={LABELS.role} options={TEAM_ROLES} />
    </FormModal>
  )
}
