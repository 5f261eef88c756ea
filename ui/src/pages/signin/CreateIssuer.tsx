import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { newKey } from '@/api/client'
import { createIssuer, newIssuer, type IssuerProfile } from '@/api/kinds/trustedIssuers'
import { keys } from '@/api/resource'
import { Equivalents } from '@/components/Equivalents'
import { LinesField, SelectField, TextField } from '@/components/form/fields'
import { FormModal } from '@/components/form/FormModal'
import { useFormErrors } from '@/components/form/useFormErrors'
import { command } from '@/lib/quote'
import { listOf } from '../access/scope'

interface Values {
  name: string
  issuer: string
  profile: IssuerProfile
  networks: string
  certificateAuthority: string
  keys: string
}

const FIELDS = { name: '/metadata/name', issuer: '/spec/issuer', profile: '/spec/profile', networks: '/spec/networks', certificateAuthority: '/spec/certificateAuthority', keys: '/spec/keys' }
const LABELS = { name: 'Name', issuer: 'Issuer', profile: 'Its tokens are like', networks: 'Addresses that are not public', certificateAuthority: 'Certificate authority (PEM)', keys: 'Public keys (JWK set)' }
const PROFILES = [
  { value: 'github', label: 'GitHub Actions of an own GitHub Enterprise' },
  { value: 'gitlab', label: 'CI of an own GitLab' },
  { value: 'kubernetes', label: 'Service accounts of a Kubernetes cluster' },
  { value: 'other', label: 'Another issuer' },
] as const

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const bodyOf = (values: Values) =>
  newIssuer(values.name.trim(), {
    issuer: values.issuer.trim(),
    profile: values.profile,
    ...(listOf(values.networks).length > 0 && { networks: listOf(values.networks) }),
    ...(values.certificateAuthority.trim() && { certificateAuthority: values.certificateAuthority.trim() }),
    ...(values.keys.trim() && { keys: parsed(values.keys) }),
  })

/** Lets robots of every team trust an issuer. */
export function CreateIssuer({ onClose }: { onClose: () => void }) {
  const client = useQueryClient()
  const [key] = useState(newKey)
  const form = useForm<Values>({ defaultValues: { name: '', issuer: '', profile: 'gitlab', networks: '', certificateAuthority: '', keys: '' } })
  const values = useWatch({ control: form.control, compute: (now) => now })
  const create = useMutation({
    mutationFn: (given: Values) => createIssuer(bodyOf(given), key),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.kind('TrustedIssuer') })
      onClose()
    },
  })
  useFormErrors(form, create.error, FIELDS)
  const { control } = form
  const body = bodyOf(values)
  const cli = command(
    ['kore', 'issuer', 'create'],
    values.name.trim() || 'NAME',
    ['--issuer', values.issuer.trim() || 'URL'],
    ['--profile', values.profile],
    ['--keys', values.keys.trim() ? 'keys.json' : ''],
    ['--certificate-authority', values.certificateAuthority.trim() ? 'ca.pem' : ''],
    ...listOf(values.networks).map((network): [string, string] => ['--network', network]),
  )
  return (
    <FormModal
      title="Trust an issuer"
      description="Robots of every team may then have rules about its tokens; none has one by this."
      action="Trust issuer"
      onSubmit={(event) => void form.handleSubmit((given) => create.mutate(given))(event)}
      onClose={onClose}
      isSaving={create.isPending}
      error={create.error}
      errorTitle="The issuer is not trusted"
      fields={FIELDS}
      labels={LABELS}
      equivalents={<Equivalents cli={cli} yaml={body} api={{ method: 'POST', path: '/api/v1/trustedissuers', body }} />}
    >
      <TextField control={control} name="name" label={LABELS.name} hint="What it is called here." required="An issuer has a name here." />
      <TextField control={control} name="issuer" label={LABELS.issuer} hint="As its tokens say it (iss), to the letter: https://gitlab.example.com" required="Where its tokens are from." />
      <SelectField control={control} name="profile" label={LABELS.profile} options={PROFILES} />
      <TextField control={control} name="networks" label={LABELS.networks} hint="When it is inside, as 10.1.0.0/16." />
      <LinesField control={control} name="certificateAuthority" label={LABELS.certificateAuthority} hint="When its certificate is from an authority of your own." />
      <LinesField control={control} name="keys" label={LABELS.keys} hint="When it cannot be reached: it is never asked then." />
    </FormModal>
  )
}
