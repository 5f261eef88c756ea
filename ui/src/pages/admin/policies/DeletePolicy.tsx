import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { deletePolicy, withoutPolicyQuery, type PlanPolicy } from '@/api/kinds/policies'
import { ConfirmDelete } from '@/components/ConfirmDelete'
import { command } from '@/lib/quote'

const MOST = 12

/** Deletes a policy, after saying whom it held back. */
export function DeletePolicy({ policy, onClose, onDeleted }: { policy: PlanPolicy; onClose: () => void; onDeleted?: () => void }) {
  const client = useQueryClient()
  const { name, resourceVersion } = policy.metadata
  const preview = useQuery(withoutPolicyQuery(policy))
  const remove = useMutation({
    mutationFn: () => deletePolicy(policy),
    onSuccess: async () => {
      onClose()
      onDeleted?.()
      await client.invalidateQueries({ queryKey: ['PlanPolicy', 'list'] })
      await client.invalidateQueries({ queryKey: ['PlanPolicy', 'all'] })
    },
  })
  const verdicts = preview.data?.verdicts ?? []
  const impact = [
    `Its rules hold for nobody any more: ${Object.keys(policy.spec.rules ?? {}).join(', ') || 'it has none'}.`,
    ...(preview.isPending ? ['Looking whose verdict changes…'] : []),
    ...(preview.data && verdicts.length === 0 ? ['Nobody’s verdict changes by that.'] : []),
    ...verdicts.slice(0, MOST).map(({ team, plan, cluster, after }) => `${team}${cluster ? `/${cluster}` : ''} with ${plan}: ${after.length > 0 ? 'still refused, for other reasons' : 'allowed then'}.`),
    ...(verdicts.length > MOST ? [`And ${verdicts.length - MOST} more.`] : []),
  ]
  return (
    <ConfirmDelete
      what="policy"
      name={name}
      impact={impact}
      cli={command(['kore', 'policy', 'delete'], name)}
      api={{ method: 'DELETE', path: `/api/v1/planpolicies/${name}`, ifMatch: `"${resourceVersion ?? ''}"` }}
      onDelete={() => remove.mutate()}
      onClose={onClose}
      isDeleting={remove.isPending}
      error={remove.error}
    />
  )
}
