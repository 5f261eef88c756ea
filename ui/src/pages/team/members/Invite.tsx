import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { newKey } from '@/api/client'
import { invite, newInvitation, type Invitation, type TeamRole } from '@/api/kinds/members'
import { keys } from '@/api/resource'
import { Equivalents } from '@/components/Equivalents'
import { SelectField, TextField } from '@/components/form/fields'
import { FormModal } from '@/components/form/FormModal'
import { useFormErrors } from '@/components/form/useFormErrors'
import { SecretOnce } from '@/components/SecretOnce'
import { Time } from '@/components/Time'
import { command } from '@/lib/quote'
import { TEAM_ROLES } from './roles'

interface Values {
  role: TeamRole
  expiresIn: string
  uses: string
  address: string
}

const FIELDS = { role: '/spec/role', expiresIn: '/spec/expiresIn', uses: '/spec/uses', address: '/spec/address' }
const LABELS = { role: 'Role', expiresIn: 'Works for', uses: 'How many people', address: 'E-mail address' }
const LENGTHS = [
  { value: '24h', label: 'A day' },
  { value: '48h', label: 'Two days' },
  { value: '7d', label: 'A week' },
  { value: '14d', label: 'Two weeks' },
  { value: '30d', label: '30 days' },
]

const bodyOf = (team: string, { role, expiresIn, uses, address }: Values) =>
  newInvitation(team, { role, expiresIn, uses: Number(uses) || 0, ...(address.trim() && { address: address.trim() }) })

/** A link with which people join the team; it is shown once. */
export function Invite({ team, onClose }: { team: string; onClose: () => void }) {
  const client = useQueryClient()
  const [key] = useState(newKey)
  const form = useForm<Values>({ defaultValues: { role: 'developer', expiresIn: '7d', uses: '1', address: '' } })
  const values = useWatch({ control: form.control, compute: (now) => now })
  const make = useMutation({
    mutationFn: (given: Values) => invite(bodyOf(team, given), key),
    // It is in the list from now on, while its link is on screen.
    onSuccess: () => client.invalidateQueries({ queryKey: keys.kind('Invitation') }),
  })
  useFormErrors(form, make.error, FIELDS)
  if (make.data) return <Made team={team} invitation={make.data} onClose={onClose} />
  const body = bodyOf(team, values)
  return (
    <FormModal
      title="Invite people"
      description="You get a link to pass on. Whoever opens it and signs in is in the team."
      action="Make the link"
      onSubmit={(event) => void form.handleSubmit((given) => make.mutate(given))(event)}
      onClose={onClose}
      isSaving={make.isPending}
      error={make.error}
      errorTitle="No invitation was made"
      fields={FIELDS}
      labels={LABELS}
      equivalents={
        <Equivalents
          cli={command(['kore', 'team', 'invitation', 'create'], team, ['--role', values.role], ['--expires', values.expiresIn], ['--uses', values.uses === '1' ? '' : values.uses], ['--address', values.address.trim()])}
          api={{ method: 'POST', path: `/api/v1/teams/${team}/invitations`, body }}
        />
      }
    >
      <SelectField control={form.control} name="role" label={LABELS.role} options={TEAM_ROLES} />
      <SelectField control={form.control} name="expiresIn" label={LABELS.expiresIn} options={LENGTHS} />
      <TextField control={form.control} name="uses" type="number" label={LABELS.uses} hint="1 to 100 may use it." required="At least one." />
      <TextField control={form.control} name="address" type="email" label={LABELS.address} hint="When given, only a person with this address may use it. Kore sends no mail: pass the link on yourself." />
    </FormModal>
  )
}

function Made({ team, invitation: { spec, status }, onClose }: { team: string; invitation: Invitation; onClose: () => void }) {
  const whom = `${spec.uses === 1 ? 'one person' : `up to ${spec.uses ?? 1} people`}${spec.address ? ` with the address ${spec.address}` : ''}`
  return (
    <SecretOnce title="The link is ready" secret={status?.link ?? ''} what="link" onStored={onClose}>
      <div>
        It lets {whom} into team {team} as {spec.role}, and ends <Time at={spec.expiresAt} />. Whoever has it may use it: pass it on where nobody else reads.
      </div>
    </SecretOnce>
  )
}
