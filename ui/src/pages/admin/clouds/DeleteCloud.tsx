import { useMutation, useQueryClient } from '@tanstack/react-query'
import { deleteCloud, type CloudOrganization } from '@/api/kinds/clouds'
import { keys } from '@/api/resource'
import { ConfirmDelete } from '@/components/ConfirmDelete'
import { command } from '@/lib/quote'
import { forgottenWords } from './words'

/** Forgets an organisation that nothing uses, and takes away what Kore made there. */
export function DeleteCloud({ cloud, onClose, onDeleted }: { cloud: CloudOrganization; onClose: () => void; onDeleted?: () => void }) {
  const client = useQueryClient()
  const { name, resourceVersion } = cloud.metadata
  const remove = useMutation({
    mutationFn: () => deleteCloud(cloud),
    onSuccess: async () => {
      onClose()
      onDeleted?.()
      await client.invalidateQueries({ queryKey: keys.kind('CloudOrganization') })
    },
  })
  return (
    <ConfirmDelete
      what="cloud"
      name={name}
      impact={forgottenWords(cloud)}
      cli={command(['kore', 'cloud', 'delete'], name)}
      api={{ method: 'DELETE', path: `/api/v1/cloudorganizations/${name}`, ifMatch: `"${resourceVersion ?? ''}"` }}
      onDelete={() => remove.mutate()}
      onClose={onClose}
      isDeleting={remove.isPending}
      error={remove.error}
    />
  )
}
