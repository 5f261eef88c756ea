import type { CloudOrganization } from '@/api/kinds/clouds'
import type { Schema } from '@/api/types'
import { providerTitle } from '@/components/providers'
import { at } from '@/lib/document'

/** Where in a cloud a cluster of a document would be. */
export interface Site {
  provider: string
  region: string | null
  /** What account rules go by. */
  stage: string | null
}

const text = (value: unknown) => (typeof value === 'string' && value.trim() !== '' ? value.trim() : null)

/** The region of parameters that were applied, or that a plan has. */
export const regionOf = (parameters: unknown): string | null => text(at(parameters, ['region']))

export const stageOf = (parameters: unknown): string | null => text(at(parameters, ['stage']))

/** What plan and overrides say of it together; nothing where no cloud is meant. */
export function siteOf(document: unknown, plans: readonly Schema<'Plan'>[], versions: readonly Schema<'PlanVersion'>[]): Site | null {
  const name = at(document, ['spec', 'plan', 'name'])
  const plan = plans.find(({ metadata }) => metadata.name === name)
  if (!plan || plan.spec.provider === 'local') return null
  const pinned = at(document, ['spec', 'plan', 'version'])
  const wanted = typeof pinned === 'number' ? pinned : plan.spec.currentVersion
  const version = versions.find(({ spec }) => spec.plan === name && spec.version === wanted)
  const said = (parameter: string) => text(at(document, ['spec', 'overrides', parameter]) ?? at(version?.spec.parameters, [parameter]))
  return { provider: plan.spec.provider, region: said('region'), stage: said('stage') }
}

/** "AWS, region eu-central-1". */
export const siteWords = ({ provider, region }: Site): string => `${providerTitle(provider)}, ${region ? `region ${region}` : 'no region yet'}`

/** That a cloud is not for a region; nothing while there is no saying. */
export function notForRegion(region: string | null, cloud: CloudOrganization | undefined): string | null {
  const regions = cloud?.spec.aws?.regions ?? []
  if (!cloud || region === null || regions.length === 0 || regions.includes(region)) return null
  return `Cloud ${cloud.metadata.name} is not for ${region}, but for ${regions.join(', ')}.`
}
