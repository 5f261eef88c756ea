import type { Schema } from '@/api/types'

export type Provider = Schema<'Provider'>

/** Who provisions clusters: how people call it, and what its clusters are. */
const PROVIDERS: Record<Provider, { title: string; about: string }> = {
  local: { title: 'Local', about: 'Clusters on the machine that Kore runs on.' },
  aws: { title: 'AWS', about: 'Clusters of Amazon EKS, in the accounts that account rules give.' },
}

/** All of them, to choose from. */
export const PROVIDER_OPTIONS = (Object.keys(PROVIDERS) as Provider[]).map((value) => ({ value, label: PROVIDERS[value].title, about: PROVIDERS[value].about }))

/** A document may say one that there is not, and a newer server one that is not known here. */
const known = (provider: string) => PROVIDER_OPTIONS.find(({ value }) => value === provider)

export const providerTitle = (provider: string): string => known(provider)?.label ?? provider

export const providerAbout = (provider: string): string => known(provider)?.about ?? ''
