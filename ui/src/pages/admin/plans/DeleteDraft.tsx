import { useMutation, useQueryClient } from '@tanstack/react-query'
import { deleteVersion, type PlanVersion } from '@/api/kinds/plans'
import { keys } from '@/api/resource'
import { ConfirmDelete } from '@/components/ConfirmDelete'
import { command } from '@/lib/quote'

/** Deletes a draft; its plan stays. */
export function DeleteDraft({ draft, onClose, onDeleted }: { draft: PlanVersion; onClose: () => void; onDeleted?: () => void }) {
  const client = useQueryClient()
  const { name, resourceVersion } = draft.metadata
  const remove = useMutation({
    mutationFn: () => deleteVersion(draft),
    onSuccess: async () => {
      onClose()
      onDeleted?.()
      await client.invalidateQueries({ queryKey: keys.kind('PlanVersion') })
      await client.invalidateQueries({ queryKey: keys.kind('Plan') })
    },
  })
  return (
    <ConfirmDelete
      what="draft"
      name={name}
      impact={['What was written in it is lost.', 'Published versions and clusters stay as they are.']}
      cli={command(['kore', 'delete', 'planversion'], name)}
      api={{ method: 'DELETE', path: `/api/v1/planversions/${name}`, ifMatch: `"${resourceVersion ?? ''}"` }}
      onDelete={() => remove.mutate()}
      onClose={onClose}
      isDeleting={remove.isPending}
      error={remove.error}
    />
  )
}
