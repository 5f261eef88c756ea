import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { api, newKey, ok } from '@/api/client'
import { createPlan, createVersion, newPlan, newVersion, versionName, type Plan } from '@/api/kinds/plans'
import { keys } from '@/api/resource'
import { Equivalents } from '@/components/Equivalents'
import { AllocationFields } from '@/components/form/Allocation'
import { ALLOCATION_FIELDS, ALLOCATION_LABELS, allocationArguments, allocationOf, allocationValues, type AllocationValues } from '@/components/form/allocationValues'
import { SelectField, TextField } from '@/components/form/fields'
import { FormModal } from '@/components/form/FormModal'
import { useFormErrors } from '@/components/form/useFormErrors'
import { PROVIDER_OPTIONS, providerAbout, type Provider } from '@/components/providers'
import { command } from '@/lib/quote'

interface Values extends AllocationValues {
  name: string
  provider: Provider
  title: string
  description: string
}

const FIELDS = { name: '/metadata/name', provider: '/spec/provider', title: '/spec/title', description: '/spec/description', ...ALLOCATION_FIELDS }
const LABELS = { name: 'Name', provider: 'Provider', title: 'Title', description: 'Description', ...ALLOCATION_LABELS }

const bodyOf = (values: Values) =>
  newPlan(values.name.trim(), {
    provider: values.provider,
    ...(values.title.trim() && { title: values.title.trim() }),
    ...(values.description.trim() && { description: values.description.trim() }),
    teams: allocationOf(values),
  })

/** A new plan: empty, or with a draft that begins as another one's current version. Ends in its draft. */
export function CreatePlan({ from, onClose }: { from: Plan | null; onClose: () => void }) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const [key] = useState(newKey)
  const [draftKey] = useState(newKey)
  const form = useForm<Values>({
    defaultValues: { name: '', provider: from?.spec.provider ?? 'local', title: '', description: from?.spec.description ?? '', ...allocationValues(from?.spec.teams) },
  })
  const values = useWatch({ control: form.control, compute: (now) => now })
  const create = useMutation({
    mutationFn: async (given: Values) => {
      const version = from?.spec.currentVersion
      const base = from && version
        ? await ok(api.GET('/api/v1/planversions/{name}', { params: { path: { name: versionName(from.metadata.name, version) } } }))
        : null
      const plan = await createPlan(bodyOf(given), key)
      if (base) {
        const { name } = plan.metadata
        const notes = `From version ${base.spec.version} of ${base.spec.plan}.`
        await createVersion(newVersion({ plan: name, version: 1, provider: base.spec.provider, stage: 'draft', parameters: base.spec.parameters, notes }), draftKey)
      }
      return plan
    },
    onSuccess: async (plan) => {
      await client.invalidateQueries({ queryKey: keys.kind('Plan') })
      await client.invalidateQueries({ queryKey: keys.kind('PlanVersion') })
      onClose()
      await navigate({ to: '/admin/plans/$plan/draft', params: { plan: plan.metadata.name } })
    },
  })
  useFormErrors(form, create.error, FIELDS)
  const errors = form.formState.errors
  const body = bodyOf(values)
  const name = values.name || 'NAME'
  const cli = from
    ? [
        command(['kore', 'plan', 'clone', from.metadata.name], name, ...allocationArguments(body.spec.teams ?? {})),
        ...(values.title || values.description !== (from.spec.description ?? '')
          ? [command(['kore', 'plan', 'edit'], name, ['--title', values.title], ['--description', values.description])]
          : []),
      ].join('\n')
    : command(
        ['kore', 'plan', 'create'],
        name,
        ['--provider', values.provider === 'local' ? '' : values.provider],
        ['--title', values.title],
        ['--description', values.description],
        ...allocationArguments(body.spec.teams ?? {}),
      )
  const texts = [
    ['title', 'How people read it.'],
    ['description', 'What it is for: teams read this when they choose.'],
  ] as const
  return (
    <FormModal
      title={from ? `Clone ${from.metadata.name}` : 'Create plan'}
      description={from ? `The new plan gets a draft that begins as version ${from.spec.currentVersion}.` : 'It has no version until you publish one: its draft comes next.'}
      action={from ? 'Clone plan' : 'Create plan'}
      onSubmit={(event) => void form.handleSubmit((given) => create.mutate(given))(event)}
      onClose={onClose}
      isSaving={create.isPending}
      error={create.error}
      errorTitle="The plan was not made"
      fields={FIELDS}
      labels={LABELS}
      equivalents={<Equivalents cli={cli} yaml={body} api={{ method: 'POST', path: '/api/v1/plans', body }} />}
    >
      <TextField control={form.control} name="name" label={LABELS.name} hint="Lower case letters, digits and -. It stays." required="A plan has a name." />
      {/* A clone begins as a version of the same provider. */}
      {!from && <SelectField control={form.control} name="provider" label={LABELS.provider} hint={`${providerAbout(values.provider)} It stays.`} options={PROVIDER_OPTIONS} />}
      {texts.map(([field, hint]) => (
        <TextField key={field} control={form.control} name={field} label={LABELS[field]} hint={hint} />
      ))}
      <AllocationFields control={form.control} errors={errors} />
    </FormModal>
  )
}
