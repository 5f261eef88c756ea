import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { newKey } from '@/api/client'
import { createAccount } from '@/api/kinds/accounts'
import { Equivalents } from '@/components/Equivalents'
import { SelectField, TextField } from '@/components/form/fields'
import { FormPage } from '@/components/form/FormPage'
import { useFormErrors } from '@/components/form/useFormErrors'
import { accountsChanged } from './changed'
import { CloseField } from './CloseField'
import { accountOf, createCommand, FIELDS, LABELS, valuesOf, type AccountValues } from './form'

interface Props {
  clouds: readonly string[]
  teams: readonly string[]
  team?: string
  stage?: string
}

/** An account that no rule is for. */
export function ByHand({ clouds, teams, team, stage }: Props) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const [key] = useState(newKey)
  const form = useForm<AccountValues>({ defaultValues: valuesOf(undefined, { organization: clouds[0], team, stage }) })
  const values = useWatch({ control: form.control, compute: (now) => now })
  const create = useMutation({
    mutationFn: (given: AccountValues) => createAccount(accountOf(given), key),
    onSuccess: async ({ object }) => {
      await accountsChanged(client)
      await navigate({ to: '/admin/accounts/$account', params: { account: object.metadata.name } })
    },
  })
  useFormErrors(form, create.error, FIELDS)
  const body = accountOf(values)
  const { control } = form
  return (
    <FormPage
      guard={{ permission: 'cloud.write', blocked: clouds.length === 0 ? 'No cloud is connected yet.' : null }}
      action="Create account"
      onSubmit={(event) => void form.handleSubmit((given) => create.mutate(given))(event)}
      onCancel={() => void navigate({ to: '/admin/accounts' })}
      isSaving={create.isPending}
      error={create.error}
      errorTitle="The account was not created"
      fields={FIELDS}
      labels={LABELS}
      equivalents={<Equivalents cli={createCommand(body)} yaml={body} api={{ method: 'POST', path: '/api/v1/cloudaccounts', body }} />}
    >
      <TextField control={control} name="name" label={LABELS.name} hint="Lower case letters, digits and -. It stays." required="An account has a name." placeholder="sandbox" />
      <SelectField control={control} name="organization" label={LABELS.organization} hint="It stays." required="No cloud is connected yet." options={clouds.map((name) => ({ value: name, label: name }))} />
      <SelectField control={control} name="team" label={LABELS.team} hint="It stays." required="Choose a team." options={[{ value: '', label: 'Choose a team' }, ...teams.map((name) => ({ value: name, label: name }))]} />
      <TextField control={control} name="stage" label={LABELS.stage} hint="Of the clusters in it; empty for any." placeholder="production" />
      <TextField control={control} name="unit" label={LABELS.unit} hint="A unit below Kore’s own that it is in; empty for Kore’s own." placeholder="Sandboxes" />
      <CloseField control={control} />
    </FormPage>
  )
}
