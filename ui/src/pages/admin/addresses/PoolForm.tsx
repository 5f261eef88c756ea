import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { newKey } from '@/api/client'
import { createPool, newPool, replacePool, type AddressPool, type PoolRanges } from '@/api/kinds/addresses'
import { keys } from '@/api/resource'
import { Equivalents } from '@/components/Equivalents'
import { TextField } from '@/components/form/fields'
import { FormModal } from '@/components/form/FormModal'
import { useFormErrors } from '@/components/form/useFormErrors'
import { command, type Argument } from '@/lib/quote'

const FIELDS = {
  name: '/metadata/name', description: '/spec/description', pod: '/spec/pod', service: '/spec/service', node: '/spec/node',
  region: '/spec/region', stage: '/spec/stage',
}
const LABELS = { name: 'Name', description: 'Description', pod: 'Pods', service: 'Services', node: 'Nodes', region: 'Region', stage: 'Stage' }
type Values = Record<keyof typeof LABELS, string>

const HINTS: Partial<Values> = {
  name: 'Lower case letters, digits and -. It stays.',
  pod: 'Networks with commas between, a colon, and the size of what each cluster gets.',
  service: 'The same for services.',
  node: 'Where nodes have a range of their own. Nodes of local clusters are in the range of pods.',
  region: 'Only for clusters in this region; empty for any.',
  stage: 'Only for clusters of this stage; empty for any.',
}
const EXAMPLES: Partial<Values> = { pod: '100.88.0.0/14:20', service: '100.94.0.0/16:22', node: '10.40.0.0/16:24' }

/** `100.88.0.0/14,100.96.0.0/14:20` as the API has it. */
function rangesOf(text: string): PoolRanges | undefined {
  if (text.trim() === '') return undefined
  const [networks = '', prefix] = text.split(':')
  return { cidrs: networks.split(',').map((one) => one.trim()).filter(Boolean), prefix: Number(prefix ?? 0) || 0 }
}
const textOf = (ranges: PoolRanges | null | undefined) => (ranges ? `${ranges.cidrs.join(',')}:${ranges.prefix}` : '')

const specOf = (values: Values, provider: AddressPool['spec']['provider']): AddressPool['spec'] => ({
  provider,
  ...(values.description.trim() && { description: values.description.trim() }),
  ...(values.pod.trim() && { pod: rangesOf(values.pod) }),
  ...(values.service.trim() && { service: rangesOf(values.service) }),
  ...(values.node.trim() && { node: rangesOf(values.node) }),
  ...(values.region.trim() && { region: values.region.trim() }),
  ...(values.stage.trim() && { stage: values.stage.trim() }),
})

/** A new pool, or another form of one. */
export function PoolForm({ pool, onClose }: { pool: AddressPool | null; onClose: () => void }) {
  const client = useQueryClient()
  const [key] = useState(newKey)
  const spec = pool?.spec
  const provider = spec?.provider ?? 'local'
  const form = useForm<Values>({
    defaultValues: {
      name: pool?.metadata.name ?? '', description: spec?.description ?? '', pod: textOf(spec?.pod), service: textOf(spec?.service),
      node: textOf(spec?.node), region: spec?.region ?? '', stage: spec?.stage ?? '',
    },
  })
  const values = useWatch({ control: form.control, compute: (now) => now })
  const save = useMutation({
    mutationFn: (given: Values) => (pool ? replacePool(pool, specOf(given, provider)) : createPool(newPool(given.name.trim(), specOf(given, provider)), key)),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.kind('AddressPool') })
      onClose()
    },
  })
  useFormErrors(form, save.error, FIELDS)
  const name = pool?.metadata.name ?? values.name
  const body = newPool(name, specOf(values, provider))
  const flags: Argument[] = [
    ['--pods', values.pod], ['--services', values.service], ['--nodes', values.node], ['--region', values.region],
    ['--stage', values.stage], ['--description', values.description],
  ]
  const path = pool ? `/api/v1/addresspools/${name}` : '/api/v1/addresspools'
  const shown = (Object.keys(LABELS) as (keyof Values)[]).filter((field) => !(pool && field === 'name'))
  return (
    <FormModal
      title={pool ? `Change ${name}` : 'Create address pool'}
      description="For clusters on this machine (provider local). Ranges that somebody has keep the networks they are of."
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
          cli={command(['kore', 'address-pool', pool ? 'edit' : 'create'], name || 'NAME', ...flags)}
          yaml={body}
          api={{ method: pool ? 'PUT' : 'POST', path, ifMatch: pool ? `"${pool.metadata.resourceVersion ?? ''}"` : undefined, body }}
        />
      }
    >
      {shown.map((field) => (
        <TextField key={field} control={form.control} name={field} label={LABELS[field]} hint={HINTS[field]} placeholder={EXAMPLES[field]} required={field === 'name' ? 'A pool has a name.' : undefined} />
      ))}
    </FormModal>
  )
}
