import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { deletePool, reservationsQuery, type AddressPool } from '@/api/kinds/addresses'
import { keys } from '@/api/resource'
import { ConfirmDelete } from '@/components/ConfirmDelete'
import { command } from '@/lib/quote'

/** Deletes a pool that nobody has a range of. */
export function DeletePool({ pool, onClose }: { pool: AddressPool; onClose: () => void }) {
  const client = useQueryClient()
  const { name, resourceVersion } = pool.metadata
  const users = useQuery(reservationsQuery({ filter: `pool=${name}`, limit: '3' }))
  const remove = useMutation({
    mutationFn: () => deletePool(pool),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.kind('AddressPool') })
      onClose()
    },
  })
  const owners = [...new Set(users.data?.items.map(({ spec, status }) => status?.owner ?? spec.cidr) ?? [])]
  return (
    <ConfirmDelete
      what="pool"
      name={name}
      impact={[
        owners.length > 0 ? `Ranges of it are in use: ${owners.join(', ')}${users.data?.metadata.continue ? ' and more' : ''}. They must go first.` : 'Nobody has a range of it.',
        'New clusters take their ranges from other pools; where none fits, they are refused.',
      ]}
      cli={command(['kore', 'address-pool', 'delete'], name)}
      api={{ method: 'DELETE', path: `/api/v1/addresspools/${name}`, ifMatch: `"${resourceVersion ?? ''}"` }}
      onDelete={() => remove.mutate()}
      onClose={onClose}
      isDeleting={remove.isPending}
      error={remove.error}
    />
  )
}
