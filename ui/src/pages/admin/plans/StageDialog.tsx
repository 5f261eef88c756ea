import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useForm, useWatch } from 'react-hook-form'
import { replaceVersion, type PlanVersion } from '@/api/kinds/plans'
import { keys } from '@/api/resource'
import { Equivalents } from '@/components/Equivalents'
import { LinesField } from '@/components/form/fields'
import { FormModal } from '@/components/form/FormModal'
import { useFormErrors } from '@/components/form/useFormErrors'
import { command } from '@/lib/quote'
import { count } from './words'

const FIELDS = { reason: '/spec/stageReason' }
const LABELS = { reason: 'Reason' }
const WORDS = {
  deprecate: { stage: 'deprecated', done: 'Deprecate', says: 'Clusters can still be made of it; whoever does is warned with the reason.' },
  retire: { stage: 'retired', done: 'Retire', says: 'No cluster comes to it any more.' },
} as const

/** Takes a version to a later stage. There is no way back. */
export function StageDialog({ kind, version, onClose }: { kind: 'deprecate' | 'retire'; version: PlanVersion; onClose: () => void }) {
  const client = useQueryClient()
  const { stage, done, says } = WORDS[kind]
  const { name, resourceVersion } = version.metadata
  const users = version.status?.usedBy ?? 0
  const form = useForm({ defaultValues: { reason: version.spec.stageReason ?? '' } })
  const reason = useWatch({ control: form.control, name: 'reason' })
  const specOf = (text: string): PlanVersion['spec'] => ({ ...version.spec, stage, stageReason: text.trim() })
  const advance = useMutation({
    mutationFn: (given: { reason: string }) => replaceVersion(version, specOf(given.reason)),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.kind('PlanVersion') })
      onClose()
    },
  })
  useFormErrors(form, advance.error, FIELDS)
  return (
    <FormModal
      title={`${done} version ${version.spec.version} of ${version.spec.plan}?`}
      description={`${says} ${users > 0 ? `${count(users, 'cluster')} on it ${users === 1 ? 'stays as it is' : 'stay as they are'}.` : 'No cluster is on it.'} Stages go forward only.`}
      action={done}
      onSubmit={(event) => void form.handleSubmit((given) => advance.mutate(given))(event)}
      onClose={onClose}
      isSaving={advance.isPending}
      error={advance.error}
      errorTitle="The version stays as it was"
      fields={FIELDS}
      labels={LABELS}
      equivalents={
        <Equivalents
          cli={command(['kore', 'plan', kind], version.spec.plan, ['--version', version.spec.version], ['--reason', reason || 'REASON'])}
          api={{ method: 'PUT', path: `/api/v1/planversions/${name}`, ifMatch: `"${resourceVersion ?? ''}"`, body: { ...version, spec: specOf(reason) } }}
        />
      }
    >
      <LinesField control={form.control} name="reason" label={LABELS.reason} hint="Why, and what to use instead: people who meet it read this." required="Say why." />
    </FormModal>
  )
}
