import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { newKey } from '@/api/client'
import { addMember, newMembership, type TeamRole } from '@/api/kinds/members'
import { keys } from '@/api/resource'
import { Equivalents } from '@/components/Equivalents'
import { SelectField, TextField } from '@/components/form/fields'
import { FormModal } from '@/components/form/FormModal'
import { useFormErrors } from '@/components/form/useFormErrors'
import { command } from '@/lib/quote'
import { TEAM_ROLES } from './roles'

interface Values {
  user: string
  role: TeamRole
}

const FIELDS = { user: '/metadata/name', role: '/spec/role' }
const LABELS = { user: 'Login name', role: 'Role' }

/** Adds a person whom the platform knows. */
export function AddMember({ team, onClose }: { team: string; onClose: () => void }) {
  const client = useQueryClient()
  const [key] = useState(newKey)
  const form = useForm<Values>({ defaultValues: { user: '', role: 'developer' } })
  const values = useWatch({ control: form.control, compute: (now) => now })
  const add = useMutation({
    mutationFn: ({ user, role }: Values) => addMember(newMembership(team, user.trim(), role), key),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.kind('Membership') })
      onClose()
    },
  })
  useFormErrors(form, add.error, FIELDS)
  const body = newMembership(team, values.user.trim(), values.role)
  return (
    <FormModal
      title="Add member"
      description="For somebody who has signed in here before. Who has not, gets an invitation."
      action="Add member"
      onSubmit={(event) => void form.handleSubmit((given) => add.mutate(given))(event)}
      onClose={onClose}
      isSaving={add.isPending}
      error={add.error}
      errorTitle="Nobody was added"
      fields={FIELDS}
      labels={LABELS}
      equivalents={
        <Equivalents
          cli={command(['kore', 'team', 'member', 'add'], team, values.user.trim() || 'USER', ['--role', values.role])}
          yaml={body}
          api={{ method: 'POST', path: `/api/v1/teams/${team}/memberships`, body }}
        />
      }
    >
      <TextField control={form.control} name="user" label={LABELS.user} required="Somebody is added." hint="As they sign in, as ben." />
      <SelectField control={form.control} name="role" label={LABELS.role} options={TEAM_ROLES} />
    </FormModal>
  )
}
