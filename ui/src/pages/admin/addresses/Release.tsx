import { useMutation, useQueryClient } from '@tanstack/react-query'
import { release, type AddressReservation } from '@/api/kinds/addresses'
import { keys } from '@/api/resource'
import { ConfirmDelete } from '@/components/ConfirmDelete'
import { command } from '@/lib/quote'

/** Forgets a range that exists outside of Kore. */
export function Release({ reservation, onClose }: { reservation: AddressReservation; onClose: () => void }) {
  const client = useQueryClient()
  const { metadata, spec } = reservation
  const remove = useMutation({
    mutationFn: () => release(reservation),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.kind('AddressReservation') })
      onClose()
    },
  })
  return (
    <ConfirmDelete
      what="range"
      name={spec.cidr}
      impact={[`Clusters can get addresses of it from now on${spec.note ? `, though it is "${spec.note}"` : ''}.`]}
      cli={command(['kore', 'address-pool', 'release'], spec.cidr)}
      api={{ method: 'DELETE', path: `/api/v1/addressreservations/${metadata.name}`, ifMatch: `"${metadata.resourceVersion ?? ''}"` }}
      onDelete={() => remove.mutate()}
      onClose={onClose}
      isDeleting={remove.isPending}
      error={remove.error}
    />
  )
}
