import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { newKey } from '@/api/client'
import { createPool, newPool, replacePool, type AddressPool } from '@/api/kinds/addresses'
import { keys } from '@/api/resource'
import { Equivalents } from '@/components/Equivalents'
import { SelectField, TextField } from '@/components/form/fields'
import { FormModal } from '@/components/form/FormModal'
import { useFormErrors } from '@/components/form/useFormErrors'
import { PROVIDER_OPTIONS, providerAbout, providerTitle } from '@/components/providers'
import { exampleOf, FIELDS, hintOf, LABELS, poolCommand, rangesAsked, specOf, valuesOf, type PoolValues } from './form'

/** A new pool, or another form of one. */
export function PoolForm({ pool, onClose }: { pool: AddressPool | null; onClose: () => void }) {
  const client = useQueryClient()
  const [key] = useState(newKey)
  const form = useForm<PoolValues>({ defaultValues: valuesOf(pool) })
  const values = useWatch({ control: form.control, compute: (now) => now })
  const save = useMutation({
    mutationFn: (given: PoolValues) => (pool ? replacePool(pool, specOf(given, pool)) : createPool(newPool(given.name.trim(), specOf(given, null)), key)),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.kind('AddressPool') })
      onClose()
    },
  })
  useFormErrors(form, save.error, FIELDS)
  const { provider, name } = values
  const body = newPool(name, specOf(values, pool))
  const path = pool ? `/api/v1/addresspools/${name}` : '/api/v1/addresspools'
  const texts = ['description', ...rangesAsked(provider, pool), 'region', 'stage'] as const
  return (
    <FormModal
      title={pool ? `Change ${name}` : 'Create address pool'}
      description={pool ? `For clusters of provider ${providerTitle(provider)}. Ranges that somebody has keep the networks they are of.` : 'Each cluster gets ranges of its own from it when it is made.'}
      action={pool ? 'Save' : 'Create pool'}
      onSubmit={(event) => void form.handleSubmit((given) => save.mutate(given))(event)}
      onClose={onClose}
      isSaving={save.isPending}
      error={save.error}
      errorTitle={pool ? 'The pool was not changed' : 'The pool was not made'}
      fields={FIELDS}
      labels={LABELS}
      equivalents={
        <Equivalents
          cli={poolCommand(values, pool)}
          yaml={body}
          api={{ method: pool ? 'PUT' : 'POST', path, ifMatch: pool ? `"${pool.metadata.resourceVersion ?? ''}"` : undefined, body }}
        />
      }
    >
      {!pool && (
        <>
          <TextField control={form.control} name="name" label={LABELS.name} hint={hintOf(provider, 'name')} required="A pool has a name." />
          <SelectField control={form.control} name="provider" label={LABELS.provider} hint={`${providerAbout(provider)} It stays.`} options={PROVIDER_OPTIONS} />
        </>
      )}
      {texts.map((field) => (
        <TextField key={field} control={form.control} name={field} label={LABELS[field]} hint={hintOf(provider, field)} placeholder={exampleOf(provider, field)} />
      ))}
    </FormModal>
  )
}
