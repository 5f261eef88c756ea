import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { newKey } from '@/api/client'
import { createTeam, newTeam } from '@/api/kinds/teams'
import { keys } from '@/api/resource'
import { Equivalents } from '@/components/Equivalents'
import { LinesField, TextField } from '@/components/form/fields'
import { FormModal } from '@/components/form/FormModal'
import { useFormErrors } from '@/components/form/useFormErrors'
import { command } from '@/lib/quote'

interface Values {
  name: string
  displayName: string
  description: string
}

const FIELDS = { name: '/metadata/name', displayName: '/spec/displayName', description: '/spec/description' }
const LABELS = { name: 'Name', displayName: 'Display name', description: 'Description' }

const bodyOf = ({ name, displayName, description }: Values) =>
  newTeam(name.trim(), {
    ...(displayName.trim() && { displayName: displayName.trim() }),
    ...(description.trim() && { description: description.trim() }),
  })

/** A form for a new team. */
export function CreateTeam({ onClose }: { onClose: () => void }) {
  const client = useQueryClient()
  // One key for one intent: pressing twice makes one team.
  const [key] = useState(newKey)
  const form = useForm<Values>({ defaultValues: { name: '', displayName: '', description: '' } })
  const values = useWatch({ control: form.control, compute: (now) => now })
  const create = useMutation({
    mutationFn: (given: Values) => createTeam(bodyOf(given), key),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.kind('Team') })
      onClose()
    },
  })
  useFormErrors(form, create.error, FIELDS)
  const body = bodyOf(values)
  return (
    <FormModal
      title="Create team"
      description="You become its first owner."
      action="Create team"
      onSubmit={(event) => void form.handleSubmit((given) => create.mutate(given))(event)}
      onClose={onClose}
      isSaving={create.isPending}
      error={create.error}
      errorTitle="The team was not made"
      fields={FIELDS}
      labels={LABELS}
      equivalents={
        <Equivalents
          cli={command(
            ['kore', 'team', 'create'],
            values.name || 'NAME',
            ['--display-name', values.displayName],
            ['--description', values.description],
          )}
          yaml={body}
          api={{ method: 'POST', path: '/api/v1/teams', body }}
        />
      }
    >
      <TextField control={form.control} name="name" label={LABELS.name} hint="Lower case letters, digits and -, as in payments. It stays." required="A team has a name." />
      <TextField control={form.control} name="displayName" label={LABELS.displayName} hint="How people read it." />
      <LinesField control={form.control} name="description" label={LABELS.description} />
    </FormModal>
  )
}
