import type { Control } from 'react-hook-form'
import type { IdentityProvider } from '@/api/kinds/identityProviders'
import { Copy } from '@/components/Copy'
import { Facts } from '@/components/Facts'
import { CheckField, LinesField, TextField } from '@/components/form/fields'
import { LABELS, type ProviderValues } from './form'
import { MappingFields } from './MappingFields'

/** What the provider has to know of Kore before anybody can sign in with it. */
export function Register({ name, provider }: { name: string; provider?: IdentityProvider }) {
  const redirect = provider?.status?.redirectUri ?? `${location.origin}/auth/oidc/${name || 'NAME'}/callback`
  const logout = provider?.status?.postLogoutRedirectUri ?? `${location.origin}/auth/login`
  return (
    <section className="kore-card kore-stack" aria-labelledby="register">
      <h2 id="register">Register at the provider</h2>
      <p>A confidential web client with code flow. It wants these addresses:</p>
      <Facts facts={{ 'Redirect URI': <Copy text={redirect} what="redirect URI" />, 'After signing out': <Copy text={logout} what="address after signing out" /> }} />
    </section>
  )
}

interface Props {
  control: Control<ProviderValues>
  /** The provider that is changed; none for a new one. */
  provider?: IdentityProvider
}

/** The fields of a provider, in the order in which one goes about it. */
export function ProviderFields({ control, provider }: Props) {
  const isKept = provider?.status?.clientSecretSet
  return (
    <>
      <div className="kore-fields">
        {!provider && <TextField control={control} name="name" label={LABELS.name} hint="Part of the address to register there, as corp. It stays." required="A provider has a name." />}
        <TextField control={control} name="displayName" label={LABELS.displayName} hint="On the sign-in page; the name when it is empty." />
      </div>
      <TextField control={control} name="issuer" label={LABELS.issuer} hint="To the letter as the provider spells it: https://id.example.com/realms/main" required="Where the provider is." />
      <div className="kore-fields">
        <TextField control={control} name="clientId" label={LABELS.clientId} hint="What the provider calls this installation." required="The client’s id at the provider." />
        <TextField
          control={control}
          name="clientSecret"
          label={LABELS.clientSecret}
          type="password"
          autoComplete="new-password"
          hint={isKept ? 'One is kept; leave it empty to keep it. Another issuer needs it anew.' : 'What the provider gave for the client. It is never shown again.'}
        />
      </div>
      <TextField control={control} name="scopes" label={LABELS.scopes} hint="What to ask for besides openid. Many providers want groups to tell of groups." />
      <MappingFields control={control} />
      <div className="kore-rare">
        <details>
          <summary className="kore-more">Who may come: {LABELS.allowedDomains.toLowerCase()}, {LABELS.allowedGroups.toLowerCase()}</summary>
          <div className="kore-stack">
            <TextField control={control} name="allowedDomains" label={LABELS.allowedDomains} hint="As example.com, with commas between. Verified addresses only; everybody when empty." />
            <LinesField control={control} name="allowedGroups" label={LABELS.allowedGroups} hint="One a line. With both, both must agree." />
          </div>
        </details>
        <details>
          <summary className="kore-more">Which claims say what</summary>
          <div className="kore-fields">
            <TextField control={control} name="username" label={LABELS.username} />
            <TextField control={control} name="email" label={LABELS.email} />
            <TextField control={control} name="fullName" label={LABELS.fullName} />
            <TextField control={control} name="groups" label={LABELS.groups} hint="Dots lead inwards: realm_access.roles" />
          </div>
        </details>
        <details>
          <summary className="kore-more">A provider that is not on the Internet</summary>
          <div className="kore-stack">
            <TextField control={control} name="allowedAddresses" label={LABELS.allowedAddresses} hint="Ranges that may be asked, as 10.1.0.0/16." />
            <LinesField control={control} name="certificateAuthority" label={LABELS.certificateAuthority} rows={4} hint="When its certificate is from an authority of your own." />
          </div>
        </details>
      </div>
      {provider && <CheckField control={control} name="enabled" label="People may sign in with it" hint="When it is off, its groups give nothing either." />}
    </>
  )
}
