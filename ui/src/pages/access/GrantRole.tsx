import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { newKey } from '@/api/client'
import { createBinding, newBinding } from '@/api/kinds/roleBindings'
import { Equivalents } from '@/components/Equivalents'
import { CheckField, SelectField, TextField } from '@/components/form/fields'
import { FormModal } from '@/components/form/FormModal'
import { useFormErrors } from '@/components/form/useFormErrors'
import { command } from '@/lib/quote'
import { accessChanged } from './changed'
import { PLACE_FIELDS, PLACE_LABELS, PlaceFields, type PlaceValues } from './PlaceFields'
import { RoleField } from './RoleField'
import { after, listOf, minutesText, scopeOf, scopePath, scopeWords, subjectName, subjectOf, TERMS, type ScopeLike } from './scope'
import { SubjectSuggestions, SUGGESTIONS } from './SubjectSuggestions'

interface Values extends PlaceValues {
  subject: string
  role: string
  term: string
  networks: string
  elevation: boolean
  minutes: string
  approval: boolean
}

const FIELDS = { subject: '/spec/subject', role: '/spec/role', ...PLACE_FIELDS, term: '/spec/expiresAt', networks: '/spec/networks', minutes: '/spec/elevation/maxMinutes' }
const LABELS = { subject: 'Who', role: 'Role', ...PLACE_LABELS, term: 'For how long', networks: 'Only from networks', minutes: 'At most, each time' }
const MINUTES = [30, 60, 240, 480, 1440].map((minutes) => ({ value: String(minutes), label: minutesText(minutes) }))

function bodyOf(values: Values, now: Date) {
  const networks = listOf(values.networks)
  const expiresAt = after(values.term, now)
  return newBinding({
    subject: subjectOf(values.subject),
    role: values.role,
    scope: scopeOf(values),
    ...(expiresAt && { expiresAt }),
    ...(networks.length > 0 && { networks }),
    ...(values.elevation && { elevation: { maxMinutes: Number(values.minutes), approval: values.approval } }),
  })
}

interface Props {
  /** The team, where it is clear which. */
  team?: string
  /** The place, where it is clear to the end. */
  scope?: ScopeLike
  /** Who gets it, where that is clear. */
  subject?: string
  /** The role that is chosen to begin with. */
  chosen?: string
  onClose: () => void
}

/** Gives somebody a role somewhere. */
export function GrantRole({ team, scope, subject, chosen, onClose }: Props) {
  const client = useQueryClient()
  const [key] = useState(newKey)
  const [opened] = useState(() => new Date())
  const form = useForm<Values>({
    defaultValues: {
      subject: subject ? subjectName(subject) : '',
      role: chosen ?? '',
      team: team ?? '',
      cluster: '',
      namespace: '',
      ...scopeOf(scope ?? {}),
      term: '',
      networks: '',
      elevation: false,
      minutes: '60',
      approval: false,
    },
  })
  const values = useWatch({ control: form.control, compute: (now) => now })
  const grant = useMutation({
    mutationFn: (given: Values) => createBinding(bodyOf(given, new Date()), key),
    onSuccess: async () => {
      await accessChanged(client)
      onClose()
    },
  })
  useFormErrors(form, grant.error, FIELDS)
  const body = bodyOf(values, opened)
  const { control } = form
  const cli = command(
    ['kore', 'access', 'grant'],
    values.subject.trim() || 'WHO',
    values.role || 'ROLE',
    scopePath(values),
    ['--expires', values.term],
    ...listOf(values.networks).map((network): [string, string] => ['--from', network]),
    ['--elevation', values.elevation && minutesText(Number(values.minutes))],
    ['--approval', values.elevation && values.approval],
  )
  return (
    <FormModal
      title={subject ? `Give ${subjectName(subject)} a role` : scope || team ? `Give a role in ${scopeWords(scope ?? { team })}` : 'Give a role'}
      description={`Nobody hands on what they do not hold, nor for longer.${scope ? ' Whoever gets it need not be in the team.' : ''}`}
      action="Give role"
      onSubmit={(event) => void form.handleSubmit((given) => grant.mutate(given))(event)}
      onClose={onClose}
      isSaving={grant.isPending}
      error={grant.error}
      errorTitle="The role was not given"
      fields={FIELDS}
      labels={LABELS}
      equivalents={<Equivalents cli={cli} yaml={body} api={{ method: 'POST', path: '/api/v1/rolebindings', body }} />}
    >
      {!subject && <TextField control={control} name="subject" label={LABELS.subject} hint="A person, as ana; or a robot with its team, as payments/ci." required="Who gets it." list={SUGGESTIONS} />}
      {!subject && <SubjectSuggestions team={team ?? scope?.team ?? undefined} />}
      <RoleField control={control} name="role" />
      {!scope && <PlaceFields control={control} setValue={form.setValue} team={team} />}
      <SelectField control={control} name="term" label={LABELS.term} options={TERMS} />
      <TextField control={control} name="networks" label={LABELS.networks} hint="As 192.0.2.0/24, with commas between; empty means from anywhere." />
      <CheckField control={control} name="elevation" label="Only when asked for, and then for a while" hint="The role is of no use until they ask for it with a reason." />
      {values.elevation && (
        <>
          <SelectField control={control} name="minutes" label={LABELS.minutes} options={MINUTES} />
          <CheckField control={control} name="approval" label="Somebody else has to approve each time" />
        </>
      )}
    </FormModal>
  )
}
