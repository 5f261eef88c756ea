import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useForm, useWatch } from 'react-hook-form'
import { replaceRobot, type Robot } from '@/api/kinds/robots'
import { keys } from '@/api/resource'
import { Equivalents } from '@/components/Equivalents'
import { FormModal } from '@/components/form/FormModal'
import { useFormErrors } from '@/components/form/useFormErrors'
import { command } from '@/lib/quote'
import { useMemo } from 'react'
import { emptyTrust, ruleOf, trustArguments, trustFields, TRUST_LABELS, type Trust } from './trust'
import { TrustFields } from './TrustFields'

/** One more issuer's tokens that the robot believes. */
export function AddTrust({ robot, onClose }: { robot: Robot; onClose: () => void }) {
  const client = useQueryClient()
  const { metadata: { name, team, resourceVersion }, spec } = robot
  const before = spec.trust ?? []
  const fields = useMemo(() => trustFields(`/spec/trust/${before.length}`), [before.length])
  const form = useForm<Trust>({ defaultValues: emptyTrust(location.origin) })
  const values = useWatch({ control: form.control, compute: (now) => now })
  const trustOf = (given: Trust) => [...before, ruleOf(given)]
  const add = useMutation({
    mutationFn: (given: Trust) => replaceRobot({ ...robot, spec: { ...spec, trust: trustOf(given) } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.kind('Robot') })
      onClose()
    },
  })
  useFormErrors(form, add.error, fields)
  return (
    <FormModal
      title={`Let ${name} trust somebody`}
      description="Any one rule is enough for a job; all claims of a rule must hold."
      action="Add trust"
      onSubmit={(event) => void form.handleSubmit((given) => add.mutate(given))(event)}
      onClose={onClose}
      isSaving={add.isPending}
      error={add.error}
      errorTitle="The trust was not added"
      fields={fields}
      labels={TRUST_LABELS}
      equivalents={
        <Equivalents
          cli={command(['kore', 'robot', 'trust', 'add'], `${team ?? ''}/${name}`, ...trustArguments(values))}
          api={{ method: 'PATCH', path: `/api/v1/teams/${team ?? ''}/robots/${name}`, ifMatch: `"${resourceVersion ?? ''}"`, body: { spec: { trust: trustOf(values) } } }}
        />
      }
    >
      <TrustFields form={form} />
    </FormModal>
  )
}
