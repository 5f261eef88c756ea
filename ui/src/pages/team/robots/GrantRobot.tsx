import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { newKey } from '@/api/client'
import { createBinding, newBinding } from '@/api/kinds/roleBindings'
import { keys } from '@/api/resource'
import { Equivalents } from '@/components/Equivalents'
import { SelectField } from '@/components/form/fields'
import { FormModal } from '@/components/form/FormModal'
import { useFormErrors } from '@/components/form/useFormErrors'
import { command } from '@/lib/quote'
import { EXPIRIES, hours, until } from '../grants/expiry'
import { SCOPE_FIELDS, SCOPE_LABELS, ScopeFields, scopeOf, scopePath, type Where } from '../grants/ScopeFields'

type Values = Where & { lasts: string }
const FIELDS = { ...SCOPE_FIELDS, lasts: '/spec/expiresAt' }
const LABELS = { ...SCOPE_LABELS, lasts: 'For how long' }

/** Gives a robot a role in its team, a cluster or a namespace. */
export function GrantRobot({ team, robot, onClose }: { team: string; robot: string; onClose: () => void }) {
  const client = useQueryClient()
  const [key] = useState(newKey)
  const form = useForm<Values>({ defaultValues: { role: '', cluster: '', namespace: '', lasts: '' } })
  const values = useWatch({ control: form.control, compute: (now) => now })
  const bodyOf = ({ lasts, ...where }: Values) =>
    newBinding({ subject: `robot:${team}/${robot}`, role: where.role, scope: scopeOf(team, where), ...(lasts && { expiresAt: until(hours(lasts), new Date()) }) })
  const give = useMutation({
    mutationFn: (given: Values) => createBinding(bodyOf(given), key),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.kind('RoleBinding') })
      onClose()
    },
  })
  useFormErrors(form, give.error, FIELDS)
  const body = bodyOf(values)
  return (
    <FormModal
      title={`Give ${robot} a role`}
      description="You can give it no more than you have yourself."
      action="Give the role"
      onSubmit={(event) => void form.handleSubmit((given) => give.mutate(given))(event)}
      onClose={onClose}
      isSaving={give.isPending}
      error={give.error}
      errorTitle="The role was not given"
      fields={FIELDS}
      labels={LABELS}
      equivalents={
        <Equivalents
          cli={command(['kore', 'access', 'grant'], `${team}/${robot}`, values.role || 'ROLE', scopePath(team, values), ['--expires', values.lasts])}
          yaml={body}
          api={{ method: 'POST', path: '/api/v1/rolebindings', body }}
        />
      }
    >
      <ScopeFields form={form} team={team} />
      <SelectField control={form.control} name="lasts" label={LABELS.lasts} options={EXPIRIES} />
    </FormModal>
  )
}
