import { usePermission } from '@/api/permissions'
import { PageFrame } from '@/components/PageFrame'
import { Issuers } from './Issuers'
import { Passwords } from './Passwords'
import { Providers } from './Providers'
import '../access/access.css'

/** Who vouches for people, and for robots. */
export function SignInPage() {
  // Both are asked in one request, however late the lists come.
  usePermission('identityProvider.write')
  usePermission('issuer.write')
  return (
    <PageFrame title="Sign-in" lead="Who vouches for people, and whose tokens robots may bring.">
      <Providers />
      <Passwords />
      <Issuers />
    </PageFrame>
  )
}
