import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useForm, useWatch } from 'react-hook-form'
import { replacing, sendDocument } from '@/api/documents'
import type { Quota } from '@/api/kinds/quotas'
import { keys } from '@/api/resource'
import { Equivalents } from '@/components/Equivalents'
import { TextField } from '@/components/form/fields'
import { FormModal } from '@/components/form/FormModal'
import { useFormErrors } from '@/components/form/useFormErrors'
import { command } from '@/lib/quote'
import { COUNTED, counted, limitText, type Counted } from '@/lib/quota'

type Values = Record<Counted, string>

const FIELDS = Object.fromEntries(COUNTED.map(({ name }) => [name, `/spec/${name}`]))
const LABELS = Object.fromEntries(COUNTED.map(({ name, title }) => [name, title]))
const text = (value: unknown) => (value === null || value === undefined ? '' : String(value))
/** A number when it is one; what else is written is the server's to refuse. */
const limit = (typed: string) => (/^\d+$/.test(typed.trim()) ? Number(typed) : typed.trim())

/** How much a team may have, or every team that has no quota of its own. */
export function SetQuota({ quota, standard, onClose }: { quota: Quota; standard: Quota | null; onClose: () => void }) {
  const client = useQueryClient()
  const { name } = quota.metadata
  const isDefault = name === 'default'
  const form = useForm<Values>({ defaultValues: Object.fromEntries(COUNTED.map((one) => [one.name, text(quota.spec[one.name])])) as Values })
  const values = useWatch({ control: form.control, compute: (now) => now })
  const bodyOf = (given: Values) => ({
    ...quota,
    spec: Object.fromEntries(COUNTED.filter((one) => given[one.name].trim() !== '').map((one) => [one.name, limit(given[one.name])])),
  })
  const target = replacing(`/api/v1/quotas/${name}`, quota)
  const save = useMutation({
    mutationFn: (given: Values) => sendDocument(target, bodyOf(given)),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.kind('Quota') })
      onClose()
    },
  })
  useFormErrors(form, save.error, FIELDS)
  const said = COUNTED.filter((one) => values[one.name].trim() !== text(quota.spec[one.name])).map((one) => `${one.name}=${values[one.name].trim() || (isDefault ? 'unlimited' : 'default')}`)
  const used = (of: Counted) => quota.status?.lines?.find((line) => line.quota === of)?.used
  const hint = (of: Counted) =>
    [
      ...(isDefault ? ['Empty: no limit.'] : [`Empty: as the default says (${limitText(of, standard?.spec[of])}).`]),
      ...(used(of) === undefined ? [] : [`Used: ${counted(of, used(of) ?? 0)}.`]),
      ...(of === 'memoryMib' ? ['In MiB.'] : []),
    ].join(' ')
  const { status: _, ...body } = bodyOf(values)
  return (
    <FormModal
      title={isDefault ? 'Set the default quota' : `Set the quota of ${name}`}
      description="A number, or unlimited. A quota below what a team has takes nothing away; only growing is refused."
      action="Set quota"
      onSubmit={(event) => void form.handleSubmit((given) => save.mutate(given))(event)}
      onClose={onClose}
      isSaving={save.isPending}
      error={save.error}
      errorTitle="The quota was not set"
      fields={FIELDS}
      labels={LABELS}
      equivalents={
        <Equivalents
          cli={command(['kore', 'team', 'quota', 'set', name], ...(said.length > 0 ? said : ['NAME=NUMBER']))}
          yaml={{ apiVersion: quota.apiVersion, kind: quota.kind, metadata: { name }, spec: body.spec }}
          api={{ method: 'PUT', path: target.path, ifMatch: target.ifMatch, body }}
        />
      }
    >
      {COUNTED.map(({ name: one, title }) => (
        <TextField key={one} control={form.control} name={one} label={title} hint={hint(one)} />
      ))}
    </FormModal>
  )
}
