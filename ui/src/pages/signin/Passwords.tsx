import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { setPasswords, signInQuery } from '@/api/kinds/identityProviders'
import { Confirm } from '@/components/Confirm'
import { ActionButton } from '@/components/ActionButton'
import { Failed, Loading } from '@/components/states'
import { StatusLabel } from '@/components/StatusLabel'
import { Section } from '../access/Section'

/** Whether passwords of Kore's own work. */
export function Passwords() {
  const { data, error, isPending, refetch } = useQuery(signInQuery)
  const [asking, setAsking] = useState(false)
  return (
    <Section
      title="Passwords"
      lead="Of Kore’s own, besides identity providers."
      actions={
        data && (
          <ActionButton permission="identityProvider.write" variant="secondary" size="sm" onClick={() => setAsking(true)}>
            {data.local ? 'Switch off…' : 'Switch on…'}
          </ActionButton>
        )
      }
    >
      {isPending && <Loading rows={1} what="Looking up how people sign in" />}
      {error && !data && <Failed error={error} onRetry={() => void refetch()} />}
      {data && (
        <div className="kore-card kore-row">
          <StatusLabel status={data.local ? { tone: 'ok', text: 'On', message: null } : { tone: 'off', text: 'Off', message: null }} />
          {data.local ? 'People may sign in with a password, and administrators make links to set one.' : 'Only identity providers let people in; links to set a password do nothing.'}
        </div>
      )}
      {asking && data && <SwitchPasswords local={!data.local} onClose={() => setAsking(false)} />}
    </Section>
  )
}

function SwitchPasswords({ local, onClose }: { local: boolean; onClose: () => void }) {
  const client = useQueryClient()
  const save = useMutation({
    mutationFn: () => setPasswords(local),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: signInQuery.queryKey })
      onClose()
    },
  })
  const impact = local
    ? ['Passwords work again as they were set, and links to set one too.']
    : [
        'Nobody signs in with a password, and links to set one stop working.',
        'Be sure that you can sign in with an identity provider as an administrator: try it first.',
        'The way back needs the machine that runs Kore: kore admin reset-link there.',
      ]
  return (
    <Confirm
      title={local ? 'Switch passwords on?' : 'Switch passwords off?'}
      impact={impact}
      action={local ? 'Switch on' : 'Switch off'}
      cli={`kore idp passwords ${local ? 'on' : 'off'}`}
      api={{ method: 'PUT', path: '/api/v1/settings/sign-in', body: { local } }}
      isDanger={!local}
      onConfirm={() => save.mutate()}
      onClose={onClose}
      isBusy={save.isPending}
      error={save.error}
      errorTitle="Passwords were not switched"
    />
  )
}
