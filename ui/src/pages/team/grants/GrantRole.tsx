import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { newKey } from '@/api/client'
import { createBinding, newBinding } from '@/api/kinds/roleBindings'
import { keys } from '@/api/resource'
import type { Schema } from '@/api/types'
import { Equivalents } from '@/components/Equivalents'
import { SelectField, TextField } from '@/components/form/fields'
import { FormModal } from '@/components/form/FormModal'
import { useFormErrors } from '@/components/form/useFormErrors'
import { command } from '@/lib/quote'
import { subjectOf } from '../../access/scope'
import { scopeText } from './Grants'
import { EXPIRIES, hours, until } from './expiry'

interface Values {
  subject: string
  role: string
  lasts: string
  networks: string
}

const FIELDS = { subject: '/spec/subject', role: '/spec/role', lasts: '/spec/expiresAt', networks: '/spec/networks' }
const LABELS = { subject: 'Who', role: 'Role', lasts: 'For how long', networks: 'Only from networks' }

/** Roles in a namespace, weakest first. */
const ROLES = [
  { value: 'viewer', label: 'viewer: looks, but not at Secrets' },
  { value: 'deployer', label: 'deployer: changes workloads; no Secrets, no shells' },
  { value: 'developer', label: 'developer: changes everything but roles and quotas' },
  { value: 'owner', label: 'owner: administers it' },
]

const specOf = ({ subject, role, lasts, networks }: Values, scope: Schema<'ScopeSpec'>): Schema<'RoleBindingSpec'> => ({
  subject: subjectOf(subject),
  role,
  scope,
  ...(lasts && { expiresAt: until(hours(lasts), new Date()) }),
  ...(networks.trim() && { networks: networks.split(/[\s,]+/).filter(Boolean) }),
})

/** Gives somebody a role in a namespace, for good or for a while. */
export function GrantRole({ scope, onClose }: { scope: { team: string; cluster: string; namespace: string }; onClose: () => void }) {
  const client = useQueryClient()
  const [key] = useState(newKey)
  const form = useForm<Values>({ defaultValues: { subject: '', role: 'deployer', lasts: '', networks: '' } })
  const values = useWatch({ control: form.control, compute: (now) => now })
  const give = useMutation({
    mutationFn: (given: Values) => createBinding(newBinding(specOf(given, scope)), key),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.kind('RoleBinding') })
      onClose()
    },
  })
  useFormErrors(form, give.error, FIELDS)
  const body = newBinding(specOf(values, scope))
  const at = `${scope.team}/${scope.cluster}/${scope.namespace}`
  const networks = values.networks.split(/[\s,]+/).filter(Boolean).map((network): [string, string] => ['--from', network])
  return (
    <FormModal
      title="Give a role"
      description={`It holds in ${scopeText(scope)}, and nowhere else. Whoever gets it need not be in the team.`}
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
          cli={command(['kore', 'access', 'grant'], values.subject.trim() || 'WHO', values.role, at, ['--expires', values.lasts], ...networks)}
          yaml={body}
          api={{ method: 'POST', path: '/api/v1/rolebindings', body }}
        />
      }
    >
      <TextField control={form.control} name="subject" label={LABELS.subject} required="Somebody gets it." hint="A person’s login name, as ben; or a robot with its team, as payments/ci." />
      <SelectField control={form.control} name="role" label={LABELS.role} options={ROLES} />
      <SelectField control={form.control} name="lasts" label={LABELS.lasts} options={EXPIRIES} />
      <TextField control={form.control} name="networks" label={LABELS.networks} hint="As 192.0.2.0/24; from anywhere when left empty." />
    </FormModal>
  )
}
