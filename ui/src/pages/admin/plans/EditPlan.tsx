import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useForm, useWatch } from 'react-hook-form'
import { replacePlan, type Plan } from '@/api/kinds/plans'
import { keys } from '@/api/resource'
import { Equivalents } from '@/components/Equivalents'
import { AllocationFields } from '@/components/form/Allocation'
import { ALLOCATION_FIELDS, ALLOCATION_LABELS, allocationArguments, allocationOf, allocationValues, type AllocationValues } from '@/components/form/allocationValues'
import { TextField } from '@/components/form/fields'
import { FormModal } from '@/components/form/FormModal'
import { useFormErrors } from '@/components/form/useFormErrors'
import { command } from '@/lib/quote'

interface Values extends AllocationValues {
  title: string
  description: string
}

const FIELDS = { title: '/spec/title', description: '/spec/description', ...ALLOCATION_FIELDS }
const LABELS = { title: 'Title', description: 'Description', ...ALLOCATION_LABELS }

/** Words of a plan, and which teams it is for. */
export function EditPlan({ plan, onClose }: { plan: Plan; onClose: () => void }) {
  const client = useQueryClient()
  const { name, resourceVersion } = plan.metadata
  const form = useForm<Values>({
    defaultValues: { title: plan.spec.title ?? '', description: plan.spec.description ?? '', ...allocationValues(plan.spec.teams) },
  })
  const values = useWatch({ control: form.control, compute: (now) => now })
  const specOf = (given: Values): Plan['spec'] => {
    const { title: _, description: __, ...rest } = plan.spec
    return {
      ...rest,
      ...(given.title.trim() && { title: given.title.trim() }),
      ...(given.description.trim() && { description: given.description.trim() }),
      teams: allocationOf(given),
    }
  }
  const save = useMutation({
    mutationFn: (given: Values) => replacePlan(plan, specOf(given)),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.kind('Plan') })
      onClose()
    },
  })
  useFormErrors(form, save.error, FIELDS)
  const errors = form.formState.errors
  const spec = specOf(values)
  const body = { apiVersion: plan.apiVersion, kind: plan.kind, metadata: { name }, spec }
  return (
    <FormModal
      title={`Change ${name}`}
      description="Teams that it is no longer for keep the clusters that they have."
      action="Save"
      onSubmit={(event) => void form.handleSubmit((given) => save.mutate(given))(event)}
      onClose={onClose}
      isSaving={save.isPending}
      error={save.error}
      errorTitle="The plan was not changed"
      fields={FIELDS}
      labels={LABELS}
      equivalents={
        <Equivalents
          cli={command(['kore', 'plan', 'edit'], name, ['--title', values.title], ['--description', values.description], ...allocationArguments(spec.teams ?? {}))}
          yaml={body}
          api={{ method: 'PUT', path: `/api/v1/plans/${name}`, ifMatch: `"${resourceVersion ?? ''}"`, body }}
        />
      }
    >
      {(['title', 'description'] as const).map((field) => (
        <TextField key={field} control={form.control} name={field} label={LABELS[field]} />
      ))}
      <AllocationFields control={form.control} errors={errors} />
    </FormModal>
  )
}
