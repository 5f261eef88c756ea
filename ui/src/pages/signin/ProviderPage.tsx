import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { newKey } from '@/api/client'
import { createProvider, providerQuery, replaceProvider, type IdentityProvider } from '@/api/kinds/identityProviders'
import { keys } from '@/api/resource'
import { Equivalents } from '@/components/Equivalents'
import { FormPage } from '@/components/form/FormPage'
import { useFormErrors } from '@/components/form/useFormErrors'
import { Loaded } from '@/components/Loaded'
import { PageFrame } from '@/components/PageFrame'
import { Permitted } from '@/components/Permitted'
import { StatusLabel } from '@/components/StatusLabel'
import { FIELDS, LABELS, providerCommand, providerOf, shownProvider, valuesOf, type ProviderValues } from './form'
import { ProviderActions } from './ProviderActions'
import { ProviderFields, Register } from './ProviderForm'
import { TrySignIn } from './TrySignIn'
import '../access/access.css'

const CRUMBS = [{ text: 'Sign-in', to: '/admin/sign-in' }] as const

/** A new provider. */
export const NewProviderPage = () => (
  <PageFrame title="Connect a provider" crumbs={CRUMBS} lead="Register it there, try it, save it.">
    <Permitted permission="identityProvider.write">
      <Edit />
    </Permitted>
  </PageFrame>
)

/** A provider that is there. */
export function ProviderPage() {
  const { provider } = useParams({ from: '/shell/admin/sign-in/providers/$provider' })
  return (
    <Loaded query={providerQuery(provider)} what="provider" title={provider}>
      {(found) => <Shown provider={found} />}
    </Loaded>
  )
}

function Shown({ provider }: { provider: IdentityProvider }) {
  const { metadata, spec, status } = provider
  const people = status?.identities ?? 0
  const state = spec.enabled === false ? ({ tone: 'off', text: 'Off', message: null } as const) : ({ tone: 'ok', text: 'On', message: null } as const)
  return (
    <PageFrame title={metadata.name} beside={<StatusLabel status={state} />} crumbs={CRUMBS} lead={`${people} ${people === 1 ? 'person has' : 'people have'} signed in with it.`} actions={<ProviderActions provider={provider} />}>
      {/* Saved or changed by somebody else: the form begins anew. */}
      <Edit key={metadata.resourceVersion} provider={provider} />
    </PageFrame>
  )
}

function Edit({ provider }: { provider?: IdentityProvider }) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const [key] = useState(newKey)
  const form = useForm<ProviderValues>({ defaultValues: valuesOf(provider) })
  const values = useWatch({ control: form.control, compute: (now) => now })
  const save = useMutation({
    mutationFn: (given: ProviderValues) => {
      const next = providerOf(given, provider)
      return provider ? replaceProvider(provider, next.spec) : createProvider(next, key)
    },
    onSuccess: async ({ metadata }) => {
      await client.invalidateQueries({ queryKey: keys.kind('IdentityProvider') })
      await navigate({ to: '/admin/sign-in/providers/$provider', params: { provider: metadata.name } })
    },
  })
  useFormErrors(form, save.error, FIELDS)
  const now = providerOf(values, provider)
  const shown = shownProvider(now)
  const missing = now.metadata.name === '' || now.spec.issuer === '' || now.spec.clientId === '' ? 'Name, issuer and client id come first.' : null
  const path = '/api/v1/identityproviders'
  return (
    <div className="kore-columns">
      <div className="kore-card kore-grow">
        <FormPage
          guard={{ permission: 'identityProvider.write' }}
          action={provider ? 'Save provider' : 'Connect provider'}
          onSubmit={(event) => void form.handleSubmit((given) => save.mutate(given))(event)}
          onCancel={() => void navigate({ to: '/admin/sign-in' })}
          isSaving={save.isPending}
          error={save.error}
          errorTitle={provider ? 'The provider was not changed' : 'The provider was not connected'}
          fields={FIELDS}
          labels={LABELS}
          equivalents={
            <Equivalents
              cli={`${providerCommand('preview', now)}\n${providerCommand(provider ? 'edit' : 'create', now)}`}
              yaml={shown}
              api={provider ? { method: 'PUT', path: `${path}/${now.metadata.name}`, body: shown, ifMatch: `"${provider.metadata.resourceVersion ?? ''}"` } : { method: 'POST', path, body: shown }}
            />
          }
        >
          <ProviderFields control={form.control} provider={provider} />
        </FormPage>
      </div>
      <aside className="kore-side kore-stack kore-beside" aria-label="Registering and trying">
        <Register name={now.metadata.name} provider={provider} />
        <TrySignIn provider={now} ready={missing} />
      </aside>
    </div>
  )
}
