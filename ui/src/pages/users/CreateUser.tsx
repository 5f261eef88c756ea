import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { newKey } from '@/api/client'
import { claimLink, createUser, newUser } from '@/api/kinds/users'
import { keys } from '@/api/resource'
import { Equivalents } from '@/components/Equivalents'
import { SelectField, TextField } from '@/components/form/fields'
import { FormModal } from '@/components/form/FormModal'
import { useFormErrors } from '@/components/form/useFormErrors'
import { ProblemAlert } from '@/components/ProblemAlert'
import { command } from '@/lib/quote'
import { ClaimShown } from './ClaimShown'
import { specOf, USER_FIELDS, USER_LABELS, type UserValues } from './form'
import { PLATFORM_ROLES } from './words'

type Values = UserValues & { name: string }

const FIELDS = { name: '/metadata/name', ...USER_FIELDS }
const LABELS = { name: 'Login name', ...USER_LABELS }
const bodyOf = (values: Values) => newUser(values.name.trim(), specOf(values, false))

/** A form for a new person, and the link with which they set their password. */
export function CreateUser({ onClose }: { onClose: () => void }) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const [key] = useState(newKey)
  const form = useForm<Values>({ defaultValues: { name: '', displayName: '', email: '', role: '' } })
  const values = useWatch({ control: form.control, compute: (now) => now })
  const create = useMutation({
    mutationFn: (given: Values) => createUser(bodyOf(given), key),
    onSuccess: async ({ metadata }) => {
      await client.invalidateQueries({ queryKey: keys.kind('User') })
      link.mutate(metadata.name)
    },
  })
  const link = useMutation({ mutationFn: (name: string) => claimLink(name, false) })
  useFormErrors(form, create.error, FIELDS)
  const name = values.name.trim()
  const done = () => {
    onClose()
    void navigate({ to: '/admin/users/$user', params: { user: name } })
  }
  if (link.data) return <ClaimShown name={name} link={link.data} onStored={done} />
  const body = bodyOf(values)
  const isPlain = values.role !== 'auditor'
  return (
    <FormModal
      title="Create user"
      description="You get a link with which they set their password; who comes by an identity provider is added at their first sign-in."
      action="Create user"
      onSubmit={(event) => void form.handleSubmit((given) => create.mutate(given))(event)}
      onClose={onClose}
      isSaving={create.isPending || link.isPending}
      error={create.error}
      errorTitle="The user was not added"
      fields={FIELDS}
      labels={LABELS}
      equivalents={
        <Equivalents
          cli={[
            command(['kore', 'user', 'add'], name || 'NAME', ['--display-name', values.displayName], ['--email', values.email], ['--admin', values.role === 'admin']),
            ...(isPlain ? [] : [command(['kore', 'user', 'edit'], name || 'NAME', ['--role', values.role])]),
          ].join('\n')}
          yaml={body}
          api={{ method: 'POST', path: '/api/v1/users', body }}
        />
      }
    >
      {link.error && <ProblemAlert error={link.error} title={`${name} was added, but there is no link yet. Their page makes one.`} />}
      <TextField control={form.control} name="name" label={LABELS.name} hint="Lower case letters, digits and -, as in ana. It stays." required="A user has a name." />
      <TextField control={form.control} name="displayName" label={LABELS.displayName} hint="How people read it." />
      <TextField control={form.control} name="email" label={LABELS.email} type="email" hint="Invitations may be bound to it." />
      <SelectField control={form.control} name="role" label={LABELS.role} options={PLATFORM_ROLES} />
    </FormModal>
  )
}
