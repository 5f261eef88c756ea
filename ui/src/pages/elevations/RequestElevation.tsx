import { Button } from '@patternfly/react-core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { newKey } from '@/api/client'
import { newElevation, requestElevation } from '@/api/kinds/elevations'
import { roleBindingsQuery, type RoleBinding } from '@/api/kinds/roleBindings'
import { Equivalents } from '@/components/Equivalents'
import { LinesField, SelectField } from '@/components/form/fields'
import { FormModal } from '@/components/form/FormModal'
import { useFormErrors } from '@/components/form/useFormErrors'
import { command } from '@/lib/quote'
import { useWhoAmI } from '@/session/whoami'
import { accessChanged } from '../access/changed'
import { PLACE_FIELDS, PLACE_LABELS, PlaceFields, type PlaceValues } from '../access/PlaceFields'
import { RoleField } from '../access/RoleField'
import { minutesText, scopeOf, scopePath, scopeWords } from '../access/scope'

interface Values extends PlaceValues {
  role: string
  minutes: string
  reason: string
}

const FIELDS = { role: '/spec/role', ...PLACE_FIELDS, minutes: '/spec/minutes', reason: '/spec/reason' }
const LABELS = { role: 'Role', ...PLACE_LABELS, minutes: 'For how long', reason: 'What for' }
const MINUTES = [15, 30, 60, 120, 240, 480, 1440].map((minutes) => ({ value: String(minutes), label: minutesText(minutes) }))

const bodyOf = (values: Values) =>
  newElevation({ role: values.role, scope: scopeOf(values), minutes: Number(values.minutes), reason: values.reason.trim() })

/** Asks for a role for a while. */
export function RequestElevation({ team, onClose }: { team?: string; onClose: () => void }) {
  const client = useQueryClient()
  const [key] = useState(newKey)
  const form = useForm<Values>({ defaultValues: { role: '', team: team ?? '', cluster: '', namespace: '', minutes: '60', reason: '' } })
  const values = useWatch({ control: form.control, compute: (now) => now })
  const request = useMutation({
    mutationFn: (given: Values) => requestElevation(bodyOf(given), key),
    onSuccess: async () => {
      await accessChanged(client)
      onClose()
    },
  })
  useFormErrors(form, request.error, FIELDS)
  const body = bodyOf(values)
  const choose = ({ spec }: RoleBinding) => {
    const { scope } = spec
    form.reset({ ...form.getValues(), role: spec.role, team: team ?? scope?.team ?? '', cluster: scope?.cluster ?? '', namespace: scope?.namespace ?? '' })
  }
  const cli = command(
    ['kore', 'elevation', 'request'],
    values.role || 'ROLE',
    scopePath(values),
    ['--for', minutesText(Number(values.minutes))],
    ['--reason', values.reason.trim() || 'REASON'],
  )
  return (
    <FormModal
      title="Ask for a role"
      description="It begins when it is approved, or at once where nobody has to; it is gone by itself. Who audits reads the reason."
      action="Ask"
      onSubmit={(event) => void form.handleSubmit((given) => request.mutate(given))(event)}
      onClose={onClose}
      isSaving={request.isPending}
      error={request.error}
      errorTitle="It was not asked for"
      fields={FIELDS}
      labels={LABELS}
      equivalents={<Equivalents cli={cli} api={{ method: 'POST', path: '/api/v1/elevations', body }} />}
    >
      <Choices team={team} onChoose={choose} />
      <RoleField control={form.control} name="role" />
      <PlaceFields control={form.control} setValue={form.setValue} team={team} />
      <SelectField control={form.control} name="minutes" label={LABELS.minutes} options={MINUTES} />
      <LinesField control={form.control} name="reason" label={LABELS.reason} hint="As a ticket’s number and a line about it." required="Say what it is for." />
    </FormModal>
  )
}

/** The roles that bindings of one's own let one ask for. */
function Choices({ team, onChoose }: { team?: string; onChoose: (binding: RoleBinding) => void }) {
  const me = useWhoAmI()
  const bindings = useQuery(roleBindingsQuery({ filter: `subject=user:${me.name}`, limit: '100' }))
  const found = bindings.data?.items.filter(({ spec }) => spec.elevation && (team === undefined || !spec.scope?.team || spec.scope.team === team)) ?? []
  if (!bindings.data) return null
  if (found.length === 0) {
    return (
      <p className="kore-hint">
        {me.platformRole === 'admin'
          ? 'As a platform administrator you may ask for any role, for 8 hours at most, without approval.'
          : 'Nobody has given you a role to ask for. An owner of the team gives one: a binding with “only when asked for”.'}
      </p>
    )
  }
  return (
    <div>
      <p className="kore-hint">You may ask for:</p>
      <div className="kore-tags">
        {found.map((binding) => (
          <Button key={binding.metadata.name} variant="secondary" size="sm" onClick={() => onChoose(binding)}>
            {binding.spec.role} on {scopeWords(binding.spec.scope ?? {})}, {minutesText(binding.spec.elevation?.maxMinutes ?? 0)} at most
            {binding.spec.elevation?.approval ? ', with approval' : ''}
          </Button>
        ))}
      </div>
    </div>
  )
}
