import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { newKey } from '@/api/client'
import { newReservation, reserve } from '@/api/kinds/addresses'
import { keys } from '@/api/resource'
import { Equivalents } from '@/components/Equivalents'
import { TextField } from '@/components/form/fields'
import { FormModal } from '@/components/form/FormModal'
import { useFormErrors } from '@/components/form/useFormErrors'
import { command } from '@/lib/quote'

/** What the server says of the whole is about the range: it is all that can be wrong. */
const FIELDS = { cidr: '/spec', note: '/spec/note' }
const LABELS = { cidr: 'Range', note: 'Note' }
interface Values {
  cidr: string
  note: string
}

const bodyOf = ({ cidr, note }: Values) => newReservation({ cidr: cidr.trim(), ...(note.trim() && { note: note.trim() }) })

/** Records a range that is taken outside of Kore. */
export function ReserveRange({ onClose }: { onClose: () => void }) {
  const client = useQueryClient()
  const [key] = useState(newKey)
  const form = useForm<Values>({ defaultValues: { cidr: '', note: '' } })
  const values = useWatch({ control: form.control, compute: (now) => now })
  const create = useMutation({
    mutationFn: (given: Values) => reserve(bodyOf(given), key),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.kind('AddressReservation') })
      onClose()
    },
  })
  useFormErrors(form, create.error, FIELDS)
  const body = bodyOf(values)
  return (
    <FormModal
      title="Record a range"
      description="It exists elsewhere, as an office or another data centre: no cluster gets an address of it."
      action="Record range"
      onSubmit={(event) => void form.handleSubmit((given) => create.mutate(given))(event)}
      onClose={onClose}
      isSaving={create.isPending}
      error={create.error}
      errorTitle="The range was not recorded"
      fields={FIELDS}
      labels={LABELS}
      equivalents={<Equivalents cli={command(['kore', 'address-pool', 'reserve'], values.cidr || 'CIDR', ['--note', values.note])} yaml={body} api={{ method: 'POST', path: '/api/v1/addressreservations', body }} />}
    >
      <TextField control={form.control} name="cidr" label={LABELS.cidr} hint="An IPv4 network." required="A range is a network, as 10.20.0.0/16." placeholder="10.20.0.0/16" />
      <TextField control={form.control} name="note" label={LABELS.note} hint="Who has it, or what it is." placeholder="the office" />
    </FormModal>
  )
}
