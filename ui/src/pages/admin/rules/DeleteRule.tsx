import { useMutation, useQueryClient } from '@tanstack/react-query'
import { deleteRule, type AccountRule } from '@/api/kinds/accountRules'
import { keys } from '@/api/resource'
import { ConfirmDelete } from '@/components/ConfirmDelete'
import { forTeams } from '@/components/form/allocationValues'
import { command } from '@/lib/quote'

/** Deletes a rule. */
export function DeleteRule({ rule, onClose, onDeleted }: { rule: AccountRule; onClose: () => void; onDeleted?: () => void }) {
  const client = useQueryClient()
  const { name, resourceVersion } = rule.metadata
  const remove = useMutation({
    mutationFn: () => deleteRule(rule),
    onSuccess: async () => {
      onClose()
      onDeleted?.()
      await client.invalidateQueries({ queryKey: keys.kind('AccountRule') })
    },
  })
  return (
    <ConfirmDelete
      what="account rule"
      name={name}
      impact={[`It is for ${forTeams(rule.spec.teams)}: another rule holds for them then, or none, and they get no account.`, 'Accounts that came by it stay.']}
      cli={command(['kore', 'account-rule', 'delete'], name)}
      api={{ method: 'DELETE', path: `/api/v1/accountrules/${name}`, ifMatch: `"${resourceVersion ?? ''}"` }}
      onDelete={() => remove.mutate()}
      onClose={onClose}
      isDeleting={remove.isPending}
      error={remove.error}
    />
  )
}
