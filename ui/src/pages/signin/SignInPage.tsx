import { PageFrame } from '@/components/PageFrame'
import { Issuers } from './Issuers'
import { Passwords } from './Passwords'
import { Providers } from './Providers'
import '../access/access.css'

/** Who vouches for people, and for robots. */
export function SignInPage() {
  return (
    <PageFrame title="Sign-in" lead="Who vouches for people, and whose tokens robots may bring.">
      <Providers />
      <Passwords />
      <Issuers />
    </PageFrame>
  )
}
