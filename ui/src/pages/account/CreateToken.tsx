import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { createToken, type TokenRequest } from '@/api/kinds/tokens'
import { keys } from '@/api/resource'
import { Copy } from '@/components/Copy'
import { Equivalents } from '@/components/Equivalents'
import { LinesField, SelectField, TextField } from '@/components/form/fields'
import { FormModal } from '@/components/form/FormModal'
import { useFormErrors } from '@/components/form/useFormErrors'
import { SecretOnce } from '@/components/SecretOnce'
import { Time } from '@/components/Time'
import { command } from '@/lib/quote'
import { after, listOf, TERMS } from '../access/scope'

interface Values {
  name: string
  term: string
  permissions: string
  team: string
}

const FIELDS = { name: '/name', term: '/expiresAt', permissions: '/permissions', team: '/teams' }
const LABELS = { name: 'Name', term: 'For how long', permissions: 'Only for', team: 'Only in' }
const ENDS = TERMS.filter(({ value }) => value !== '')

function bodyOf(values: Values, now: Date): TokenRequest {
  const permissions = listOf(values.permissions)
  return {
    name: values.name.trim(),
    expiresAt: after(values.term, now),
    ...(permissions.length > 0 && { permissions }),
    ...(values.team && { teams: [values.team] }),
  }
}

/** Makes a token, and shows it once. */
export function CreateToken({ teams, onClose }: { teams: readonly string[]; onClose: () => void }) {
  const client = useQueryClient()
  const [opened] = useState(() => new Date())
  const form = useForm<Values>({ defaultValues: { name: '', term: '30d', permissions: '', team: '' } })
  const values = useWatch({ control: form.control, compute: (now) => now })
  const create = useMutation({
    mutationFn: (given: Values) => createToken(bodyOf(given, new Date())),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.kind('Token') }),
  })
  useFormErrors(form, create.error, FIELDS)
  if (create.data) {
    const { token, name, expiresAt } = create.data
    return (
      <SecretOnce title={`Token ${name}`} what="token" secret={token} onStored={onClose}>
        <div>
          It acts as you, until <Time at={expiresAt} />. In a script: <Copy text="export KORE_TOKEN=…" what="line" />
        </div>
      </SecretOnce>
    )
  }
  const body = bodyOf(values, opened)
  const cli = command(
    ['kore', 'token', 'create'],
    values.name.trim() || 'NAME',
    ['--expires', values.term],
    ...listOf(values.permissions).map((one): [string, string] => ['--permission', one]),
    ['--in', values.team],
  )
  return (
    <FormModal
      title="Create token"
      description="It is shown once. It never can do more than you."
      action="Create token"
      onSubmit={(event) => void form.handleSubmit((given) => create.mutate(given))(event)}
      onClose={onClose}
      isSaving={create.isPending}
      error={create.error}
      errorTitle="The token was not made"
      fields={FIELDS}
      labels={LABELS}
      equivalents={<Equivalents cli={cli} api={{ method: 'POST', path: '/api/v1/tokens', body }} />}
    >
      <TextField control={form.control} name="name" label={LABELS.name} hint="What it is for, as nightly-report." required="A token has a name." />
      <SelectField control={form.control} name="term" label={LABELS.term} options={ENDS} />
      <LinesField control={form.control} name="permissions" label={LABELS.permissions} hint="Permissions with spaces between, as cluster.read operation.read; empty means all that you may." />
      <SelectField control={form.control} name="team" label={LABELS.team} options={[{ value: '', label: 'All teams' }, ...teams.map((team) => ({ value: team, label: team }))]} />
    </FormModal>
  )
}
