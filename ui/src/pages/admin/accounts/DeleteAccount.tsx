import { useMutation, useQueryClient } from '@tanstack/react-query'
import { deleteAccount, type CloudAccount } from '@/api/kinds/accounts'
import { Confirm } from '@/components/Confirm'
import { ConfirmDelete } from '@/components/ConfirmDelete'
import { command } from '@/lib/quote'
import { accountsChanged } from './changed'
import { fateOf } from './words'

interface Props {
  account: CloudAccount
  onClose: () => void
  onDeleted?: () => void
}

/** Forgets an account, which stays; or has it closed with everything in it, and then its name is asked for. */
export function DeleteAccount({ account, onClose, onDeleted }: Props) {
  const client = useQueryClient()
  const { name, resourceVersion } = account.metadata
  const remove = useMutation({
    mutationFn: () => deleteAccount(account),
    onSuccess: async () => {
      onClose()
      onDeleted?.()
      await accountsChanged(client)
    },
  })
  const common = {
    impact: fateOf(account),
    cli: command(['kore', 'account', 'delete'], name),
    api: { method: 'DELETE', path: `/api/v1/cloudaccounts/${name}`, ifMatch: `"${resourceVersion ?? ''}"` },
    onClose,
    error: remove.error,
  } as const
  if (account.spec.closeWhenDeleted) return <ConfirmDelete {...common} what="account" name={name} onDelete={() => remove.mutate()} isDeleting={remove.isPending} />
  return <Confirm {...common} title={`Delete account ${name}?`} action="Delete account" isDanger onConfirm={() => remove.mutate()} isBusy={remove.isPending} errorTitle="The account was not deleted" />
}
