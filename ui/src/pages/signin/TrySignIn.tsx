import { Button, Spinner } from '@patternfly/react-core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { beginTry, tryQuery, type IdentityProvider, type ProviderPreview } from '@/api/kinds/identityProviders'
import { ActionButton } from '@/components/ActionButton'
import { CopyButton } from '@/components/Copy'
import { ProblemAlert } from '@/components/ProblemAlert'
import { Time } from '@/components/Time'
import { Outcome } from './Outcome'

/** Tries what the form says, before it is saved: somebody signs in there, and everything that comes of it is shown. */
export function TrySignIn({ provider, ready }: { provider: IdentityProvider; /** Why it cannot be tried yet. */ ready: string | null }) {
  const begin = useMutation({
    mutationFn: async () => {
      // Opened by the press itself: later, browsers take it for a nuisance.
      const window_ = window.open('about:blank', 'kore-try', 'popup,width=520,height=720')
      try {
        const begun = await beginTry(provider)
        if (window_) window_.location.href = begun.url
        return begun
      } catch (error) {
        window_?.close()
        throw error
      }
    },
  })
  return (
    <section className="kore-card kore-stack" aria-labelledby="try">
      <h2 id="try">Try it</h2>
      <p>Sign in there once. Every claim is shown, and what they would come to; nothing is saved.</p>
      <div>
        <ActionButton permission="identityProvider.write" variant="secondary" blocked={ready} isLoading={begin.isPending} onClick={() => begin.mutate()}>
          {begin.data ? 'Try again' : 'Try sign-in'}
        </ActionButton>
      </div>
      <div aria-live="polite" className="kore-quiet">
        {begin.error && <ProblemAlert error={begin.error} title="It could not be tried" />}
        {begin.data && <Trying begun={begin.data} />}
      </div>
    </section>
  )
}

function Trying({ begun }: { begun: ProviderPreview }) {
  const { data, error } = useQuery(tryQuery(begun.id))
  if (error) return <ProblemAlert error={error} title="The try is over" />
  if (data?.outcome) return <Outcome outcome={data.outcome} />
  return (
    <div className="kore-once">
      <span className="kore-wait">
        <Spinner size="md" aria-hidden="true" /> Waiting for a sign-in at the provider…
      </span>
      <span className="kore-row">
        <Button component="a" variant="link" size="sm" href={begun.url} target="kore-try" rel="noopener">
          Open the provider
        </Button>
        <CopyButton text={begun.url} what="address" />
      </span>
      <span className="kore-hint">
        The client there must know <code>{begun.redirectUri}</code>. Forgotten <Time at={begun.expiresAt} />.
      </span>
    </div>
  )
}
