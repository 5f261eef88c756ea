import type { Plan } from '@/api/kinds/plans'
import { providerTitle } from '@/components/providers'

/** The way to the first version of a provider's plans. */
export function FirstOf({ provider }: { provider: Plan['spec']['provider'] }) {
  return (
    <p>
      This is the first version of a plan of {providerTitle(provider)}: its form is here once the draft is saved. Begin with the parameters in the YAML; the server names what is missing.
    </p>
  )
}
