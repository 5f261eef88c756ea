import type { ClaimLink } from '@/api/kinds/users'
import { SecretOnce } from '@/components/SecretOnce'
import { Time } from '@/components/Time'

/** The link with which somebody sets their password. */
export function ClaimShown({ name, link, onStored }: { name: string; link: ClaimLink; onStored: () => void }) {
  return (
    <SecretOnce title={`Link for ${name}`} what="link" secret={link.url} onStored={onStored}>
      <div>
        Give it to {name} by a way that only they read: whoever opens it sets the password and is signed in. It works once, until{' '}
        <Time at={link.expiresAt} />.
      </div>
    </SecretOnce>
  )
}
