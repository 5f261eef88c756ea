import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { createToken, type NewToken, type Token } from '@/api/kinds/robots'
import { keys } from '@/api/resource'
import type { Schema } from '@/api/types'
import { Equivalents } from '@/components/Equivalents'
import { SelectField, TextField } from '@/components/form/fields'
import { FormModal } from '@/components/form/FormModal'
import { useFormErrors } from '@/components/form/useFormErrors'
import { command } from '@/lib/quote'
import { after, hours } from '../../access/scope'

interface Values {
  name: string
  lasts: string
  overlap: string
}

const FIELDS = { name: '/name', lasts: '/expiresAt', overlap: '/overlapMinutes' }
const LABELS = { name: 'Name', lasts: 'Works for', overlap: 'The one before works for' }
const LENGTHS = [
  { value: '7d', label: 'A week' },
  { value: '30d', label: '30 days' },
  { value: '60d', label: '60 days' },
  { value: '90d', label: '90 days' },
]
const OVERLAPS = [
  { value: '1h', label: 'an hour more' },
  { value: '2h', label: '2 hours more' },
  { value: '8h', label: '8 hours more' },
  { value: '24h', label: 'a day more' },
]

interface Props {
  team: string
  robot: string
  /** The token whose place it takes. */
  replaces?: Token
  onMade: (token: NewToken) => void
  onClose: () => void
}

/** The first token, or the next one while the one before still works. */
export function MakeToken({ team, robot, replaces, onMade, onClose }: Props) {
  const client = useQueryClient()
  const [opened] = useState(() => new Date())
  const form = useForm<Values>({ defaultValues: { name: replaces?.name ?? 'ci', lasts: '30d', overlap: '1h' } })
  const values = useWatch({ control: form.control, compute: (now) => now })
  const bodyOf = ({ name, lasts, overlap }: Values, now: Date): Schema<'TokenRequest'> => ({
    name: name.trim(),
    expiresAt: after(lasts, now),
    ...(replaces && { replaces: replaces.id, overlapMinutes: hours(overlap) * 60, permissions: replaces.permissions, teams: replaces.teams }),
  })
  const make = useMutation({
    mutationFn: (given: Values) => createToken(team, robot, bodyOf(given, new Date())),
    onSuccess: async (token) => {
      await client.invalidateQueries({ queryKey: keys.kind('RobotToken') })
      await client.invalidateQueries({ queryKey: keys.kind('Robot') })
      onMade(token)
    },
  })
  useFormErrors(form, make.error, FIELDS)
  const at = `${team}/${robot}`
  const cli = replaces
    ? command(['kore', 'robot', 'token', 'rotate'], at, replaces.id, ['--overlap', values.overlap], ['--expires', values.lasts], ['-o', 'env'])
    : command(['kore', 'robot', 'token', 'create'], at, ['--name', values.name.trim()], ['--expires', values.lasts], ['-o', 'env'])
  return (
    <FormModal
      title={replaces ? `Rotate token ${replaces.name}` : 'Create token'}
      description={replaces ? 'The next one works at once; the one before works a while longer, so that nothing stands still.' : 'It is shown once. Whoever has it acts as the robot.'}
      action={replaces ? 'Rotate' : 'Create token'}
      onSubmit={(event) => void form.handleSubmit((given) => make.mutate(given))(event)}
      onClose={onClose}
      isSaving={make.isPending}
      error={make.error}
      errorTitle="No token was made"
      fields={FIELDS}
      labels={LABELS}
      equivalents={<Equivalents cli={cli} api={{ method: 'POST', path: `/api/v1/teams/${team}/robots/${robot}/tokens`, body: bodyOf(values, opened) }} />}
    >
      {!replaces && <TextField control={form.control} name="name" label={LABELS.name} required="A token has a name." hint="Where it is kept, as github or jenkins." />}
      <SelectField control={form.control} name="lasts" label={LABELS.lasts} options={LENGTHS} />
      {replaces && <SelectField control={form.control} name="overlap" label={LABELS.overlap} options={OVERLAPS} />}
    </FormModal>
  )
}
