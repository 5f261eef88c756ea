import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { allVersionsQuery, deletePlan, type Plan } from '@/api/kinds/plans'
import { keys } from '@/api/resource'
import { ConfirmDelete } from '@/components/ConfirmDelete'
import { command } from '@/lib/quote'
import { count, usedBy } from './words'

/** Deletes a plan that no cluster uses, with its versions. */
export function DeletePlan({ plan, onClose, onDeleted }: { plan: Plan; onClose: () => void; onDeleted?: () => void }) {
  const client = useQueryClient()
  const { name, resourceVersion } = plan.metadata
  const versions = useQuery(allVersionsQuery)
  const remove = useMutation({
    mutationFn: () => deletePlan(plan),
    onSuccess: async () => {
      onClose()
      onDeleted?.()
      await client.invalidateQueries({ queryKey: ['Plan', 'list'] })
      await client.invalidateQueries({ queryKey: keys.kind('PlanVersion') })
    },
  })
  const own = versions.data?.filter(({ spec }) => spec.plan === name)
  const users = usedBy(versions.data ?? [], name)
  return (
    <ConfirmDelete
      what="plan"
      name={name}
      impact={[
        users > 0 ? `${count(users, 'cluster')} ${users === 1 ? 'uses' : 'use'} it: they must be deleted or moved first.` : 'No cluster uses it.',
        own && own.length > 0 ? `Its versions go with it: ${own.map(({ spec }) => `v${spec.version}`).join(', ')}.` : 'It has no versions.',
        'Nobody makes clusters of it any more.',
      ]}
      cli={command(['kore', 'delete', 'plan'], name)}
      api={{ method: 'DELETE', path: `/api/v1/plans/${name}`, ifMatch: `"${resourceVersion ?? ''}"` }}
      onDelete={() => remove.mutate()}
      onClose={onClose}
      isDeleting={remove.isPending}
      error={remove.error}
    />
  )
}
