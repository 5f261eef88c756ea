import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useForm, useWatch } from 'react-hook-form'
import { replaceAccount, type CloudAccount } from '@/api/kinds/accounts'
import { Equivalents } from '@/components/Equivalents'
import { TextField } from '@/components/form/fields'
import { FormPage } from '@/components/form/FormPage'
import { useFormErrors } from '@/components/form/useFormErrors'
import { accountsChanged } from './changed'
import { CloseField } from './CloseField'
import { accountOf, editCommand, FIELDS, LABELS, valuesOf, type AccountValues } from './form'

/** What can change of an account. */
export function EditAccount({ account }: { account: CloudAccount }) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const form = useForm<AccountValues>({ defaultValues: valuesOf(account) })
  const values = useWatch({ control: form.control, compute: (now) => now })
  const save = useMutation({
    mutationFn: (given: AccountValues) => replaceAccount(account, accountOf(given, account).spec),
    onSuccess: () => accountsChanged(client),
  })
  useFormErrors(form, save.error, FIELDS)
  const body = accountOf(values, account)
  const { name, resourceVersion } = account.metadata
  return (
    <FormPage
      guard={{ permission: 'cloud.write', blocked: account.metadata.deletionTimestamp ? 'It is being deleted.' : null }}
      action="Save account"
      onSubmit={(event) => void form.handleSubmit((given) => save.mutate(given))(event)}
      onCancel={() => void navigate({ to: '/admin/accounts' })}
      isSaving={save.isPending}
      error={save.error}
      errorTitle="The account was not changed"
      fields={FIELDS}
      labels={LABELS}
      equivalents={<Equivalents cli={editCommand(body, account)} yaml={body} api={{ method: 'PUT', path: `/api/v1/cloudaccounts/${name}`, body, ifMatch: `"${resourceVersion ?? ''}"` }} />}
    >
      <TextField control={form.control} name="unit" label={LABELS.unit} hint="A unit below Kore’s own that the account is moved to; empty for Kore’s own." placeholder="Production" />
      <CloseField control={form.control} />
    </FormPage>
  )
}
