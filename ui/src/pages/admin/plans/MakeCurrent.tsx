import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import { replacePlan, type Plan, type PlanVersion } from '@/api/kinds/plans'
import { keys } from '@/api/resource'
import { Equivalents } from '@/components/Equivalents'
import { FormModal } from '@/components/form/FormModal'
import { command } from '@/lib/quote'
import { Impact } from './Impact'

const FIELDS = {}

/** Has new clusters get another version. */
export function MakeCurrent({ plan, version, onClose }: { plan: Plan; version: PlanVersion; onClose: () => void }) {
  const client = useQueryClient()
  const form = useForm()
  const { name, resourceVersion } = plan.metadata
  const spec = { ...plan.spec, currentVersion: version.spec.version }
  const change = useMutation({
    mutationFn: () => replacePlan(plan, spec),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.kind('Plan') })
      onClose()
    },
  })
  return (
    <FormModal
      title={`Make version ${version.spec.version} of ${name} the current one?`}
      description={`New clusters that name no version get it${plan.spec.currentVersion ? ` instead of v${plan.spec.currentVersion}` : ''}. Clusters that there are stay as they are.`}
      action="Make current"
      onSubmit={(event) => void form.handleSubmit(() => change.mutate())(event)}
      onClose={onClose}
      isSaving={change.isPending}
      error={change.error}
      errorTitle="The plan stays as it was"
      fields={FIELDS}
      labels={FIELDS}
      equivalents={
        <Equivalents
          cli={command(['kore', 'plan', 'edit'], name, ['--current', version.spec.version])}
          api={{ method: 'PUT', path: `/api/v1/plans/${name}`, ifMatch: `"${resourceVersion ?? ''}"`, body: { ...plan, spec } }}
        />
      }
    >
      <section aria-label="Clusters">
        <h3>If clusters were moved to it</h3>
        <Impact version={version.metadata.name} />
      </section>
    </FormModal>
  )
}
