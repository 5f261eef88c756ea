import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useForm, useWatch } from 'react-hook-form'
import { replaceUser, type User } from '@/api/kinds/users'
import { keys } from '@/api/resource'
import { Equivalents } from '@/components/Equivalents'
import { SelectField, TextField } from '@/components/form/fields'
import { FormModal } from '@/components/form/FormModal'
import { useFormErrors } from '@/components/form/useFormErrors'
import { command } from '@/lib/quote'
import { useWhoAmI } from '@/session/whoami'
import { specOf, USER_FIELDS, USER_LABELS, type UserValues } from './form'
import { PLATFORM_ROLES } from './words'

/** Changes what the platform knows of somebody. */
export function EditUser({ user, onClose }: { user: User; onClose: () => void }) {
  const client = useQueryClient()
  const me = useWhoAmI()
  const { name, resourceVersion } = user.metadata
  const { spec } = user
  const form = useForm<UserValues>({
    defaultValues: { displayName: spec.displayName ?? '', email: spec.email ?? '', role: spec.platformRole ?? '' },
  })
  const values = useWatch({ control: form.control, compute: (now) => now })
  const bodyOf = (given: UserValues) => specOf(given, spec.disabled === true)
  const save = useMutation({
    mutationFn: (given: UserValues) => replaceUser(user, bodyOf(given)),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.kind('User') })
      await client.invalidateQueries({ queryKey: keys.kind('Holdings') })
      onClose()
    },
  })
  useFormErrors(form, save.error, USER_FIELDS)
  const changed = (field: keyof UserValues, was: string) => (values[field].trim() === was ? '' : values[field].trim())
  return (
    <FormModal
      title={`Edit ${name}`}
      description={name === me.name ? 'This is you: a role that you give up is gone at your next request.' : undefined}
      action="Save"
      onSubmit={(event) => void form.handleSubmit((given) => save.mutate(given))(event)}
      onClose={onClose}
      isSaving={save.isPending}
      error={save.error}
      errorTitle="Nothing was saved"
      fields={USER_FIELDS}
      labels={USER_LABELS}
      equivalents={
        <Equivalents
          cli={command(
            ['kore', 'user', 'edit'],
            name,
            ['--display-name', changed('displayName', spec.displayName ?? '')],
            ['--email', changed('email', spec.email ?? '')],
            ['--role', values.role === (spec.platformRole ?? '') ? '' : values.role || 'none'],
          )}
          yaml={{ apiVersion: user.apiVersion, kind: user.kind, metadata: { name }, spec: bodyOf(values) }}
          api={{ method: 'PUT', path: `/api/v1/users/${name}`, body: { metadata: { name }, spec: bodyOf(values) }, ifMatch: `"${resourceVersion ?? ''}"` }}
        />
      }
    >
      <TextField control={form.control} name="displayName" label={USER_LABELS.displayName} />
      <TextField control={form.control} name="email" label={USER_LABELS.email} type="email" hint="Invitations may be bound to it." />
      <SelectField
        control={form.control}
        name="role"
        label={USER_LABELS.role}
        hint={user.status?.byGroup ? 'A group of an identity provider gives one as well; the higher holds.' : undefined}
        options={PLATFORM_ROLES}
      />
    </FormModal>
  )
}
