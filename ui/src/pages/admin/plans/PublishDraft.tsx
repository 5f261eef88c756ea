import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useForm, useWatch } from 'react-hook-form'
import { explanationQuery, replaceVersion, versionName, versionQuery, type Plan, type PlanVersion } from '@/api/kinds/plans'
import { keys } from '@/api/resource'
import { Changes } from '@/components/Changes'
import { Equivalents } from '@/components/Equivalents'
import { LinesField } from '@/components/form/fields'
import { FormModal } from '@/components/form/FormModal'
import { useFormErrors } from '@/components/form/useFormErrors'
import { command } from '@/lib/quote'
import { changesOf, fixedPaths } from './compare'
import { Impact } from './Impact'

const FIELDS = { notes: '/spec/notes' }
const LABELS = { notes: 'Notes' }

/** Publishes a draft, after saying what differs and what it would do. */
export function PublishDraft({ plan, draft, onClose }: { plan: Plan; draft: PlanVersion; onClose: () => void }) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const { name, resourceVersion } = draft.metadata
  const current = plan.spec.currentVersion
  const before = useQuery({ ...versionQuery(versionName(plan.metadata.name, current ?? 0)), enabled: Boolean(current) })
  const explanation = useQuery(explanationQuery(plan.metadata.name, { version: draft.spec.version }))
  const form = useForm({ defaultValues: { notes: draft.spec.notes ?? '' } })
  const notes = useWatch({ control: form.control, name: 'notes' })
  const specOf = (text: string): PlanVersion['spec'] => ({ ...draft.spec, stage: 'published', notes: text.trim() || undefined })
  const publish = useMutation({
    mutationFn: (given: { notes: string }) => replaceVersion(draft, specOf(given.notes)),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.kind('PlanVersion') })
      await client.invalidateQueries({ queryKey: keys.kind('Plan') })
      onClose()
      await navigate({ to: '/admin/plans/$plan', params: { plan: plan.metadata.name } })
    },
  })
  useFormErrors(form, publish.error, FIELDS)
  const parameters = explanation.data?.parameters ?? []
  const changes = changesOf(before.data?.spec.parameters ?? {}, draft.spec.parameters, parameters)
  return (
    <FormModal
      title={`Publish version ${draft.spec.version} of ${plan.metadata.name}`}
      description={`What it says never changes again. New clusters get it${current ? ` instead of v${current}` : ''}; those that there are stay as they are.`}
      action="Publish"
      onSubmit={(event) => void form.handleSubmit((given) => publish.mutate(given))(event)}
      onClose={onClose}
      isSaving={publish.isPending}
      error={publish.error}
      errorTitle="The version was not published"
      fields={FIELDS}
      labels={LABELS}
      equivalents={
        <Equivalents
          cli={command(['kore', 'plan', 'publish'], plan.metadata.name, ['--notes', notes])}
          yaml={{ apiVersion: draft.apiVersion, kind: draft.kind, metadata: { name }, spec: specOf(notes) }}
          api={{ method: 'PUT', path: `/api/v1/planversions/${name}`, ifMatch: `"${resourceVersion ?? ''}"`, body: { ...draft, spec: specOf(notes) } }}
        />
      }
    >
      <LinesField control={form.control} name="notes" label={LABELS.notes} hint="What changed, for people who choose a version." />
      {current && before.data && (
        <section aria-label="What differs">
          <h3>What differs from v{current}</h3>
          {changes.length > 0 ? <Changes changes={changes} fixed={fixedPaths(changes, parameters)} /> : <p>Nothing differs.</p>}
        </section>
      )}
      <section aria-label="Clusters">
        <h3>If clusters were moved to it</h3>
        <Impact version={name} />
      </section>
    </FormModal>
  )
}
