import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { deleteProvider, replaceProvider, type IdentityProvider } from '@/api/kinds/identityProviders'
import { keys } from '@/api/resource'
import { Confirm } from '@/components/Confirm'
import { ActionItem } from '@/components/ActionButton'
import { ActionMenu } from '@/components/ActionMenu'
import { ConfirmDelete } from '@/components/ConfirmDelete'
import { command } from '@/lib/quote'

/** What can be done with a provider. */
export function ProviderActions({ provider }: { provider: IdentityProvider }) {
  const [dialog, setDialog] = useState<'switch' | 'delete' | null>(null)
  const { name } = provider.metadata
  const off = provider.spec.enabled === false
  return (
    <>
      <ActionMenu label={`Actions of ${name}`}>
        <ActionItem permission="identityProvider.write" isDanger={!off} onClick={() => setDialog('switch')}>
          {off ? 'Switch on…' : 'Switch off…'}
        </ActionItem>
        <ActionItem permission="identityProvider.write" isDanger onClick={() => setDialog('delete')}>
          Delete…
        </ActionItem>
      </ActionMenu>
      {dialog === 'switch' && <SwitchProvider provider={provider} onClose={() => setDialog(null)} />}
      {dialog === 'delete' && <DeleteProvider provider={provider} onClose={() => setDialog(null)} />}
    </>
  )
}

const GOES = 'What its groups give is taken away, and sessions in browsers that it opened end.'

function SwitchProvider({ provider, onClose }: { provider: IdentityProvider; onClose: () => void }) {
  const client = useQueryClient()
  const { name, resourceVersion } = provider.metadata
  const enabled = provider.spec.enabled === false
  const spec = { ...provider.spec, enabled }
  const save = useMutation({
    mutationFn: () => replaceProvider(provider, spec),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.kind('IdentityProvider') })
      onClose()
    },
  })
  return (
    <Confirm
      title={enabled ? `Switch ${name} on?` : `Switch ${name} off?`}
      impact={enabled ? ['Its button is on the sign-in page again; people are the same as before.', 'What its groups give comes back.'] : ['Nobody signs in with it.', GOES, 'People and what was given to them directly stay.']}
      action={enabled ? 'Switch on' : 'Switch off'}
      cli={command(['kore', 'idp', 'edit'], name, ['--enabled', String(enabled)])}
      api={{ method: 'PATCH', path: `/api/v1/identityproviders/${name}`, body: { spec: { enabled } }, ifMatch: `"${resourceVersion ?? ''}"` }}
      isDanger={!enabled}
      onConfirm={() => save.mutate()}
      onClose={onClose}
      isBusy={save.isPending}
      error={save.error}
      errorTitle="Nothing was switched"
    />
  )
}

function DeleteProvider({ provider, onClose }: { provider: IdentityProvider; onClose: () => void }) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const { name, resourceVersion } = provider.metadata
  const remove = useMutation({
    mutationFn: () => deleteProvider(provider),
    onSuccess: async () => {
      onClose()
      await navigate({ to: '/admin/sign-in' })
      await client.invalidateQueries({ queryKey: keys.kind('IdentityProvider') })
    },
  })
  const people = provider.status?.identities ?? 0
  return (
    <ConfirmDelete
      what="provider"
      name={name}
      impact={[
        people === 0 ? 'Nobody has signed in with it.' : `${people === 1 ? 'One person has' : `${people} people have`} signed in with it: they stay, and can come by it no more.`,
        GOES,
        'Its client secret is gone here; at the provider the client stays registered.',
      ]}
      cli={command(['kore', 'idp', 'delete'], name)}
      api={{ method: 'DELETE', path: `/api/v1/identityproviders/${name}`, ifMatch: `"${resourceVersion ?? ''}"` }}
      onDelete={() => remove.mutate()}
      onClose={onClose}
      isDeleting={remove.isPending}
      error={remove.error}
    />
  )
}
