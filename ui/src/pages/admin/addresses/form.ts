import type { AddressPool, PoolRanges } from '@/api/kinds/addresses'
import type { Provider } from '@/components/providers'
import { command, type Argument } from '@/lib/quote'

export const FIELDS = {
  name: '/metadata/name', provider: '/spec/provider', description: '/spec/description', node: '/spec/node', pod: '/spec/pod', service: '/spec/service',
  region: '/spec/region', stage: '/spec/stage',
}
export const LABELS = { name: 'Name', provider: 'Provider', description: 'Description', node: 'Nodes', pod: 'Pods', service: 'Services', region: 'Region', stage: 'Stage' }
export type PoolField = keyof typeof LABELS
export type PoolValues = Record<Exclude<PoolField, 'provider'>, string> & { provider: Provider }
type Range = 'node' | 'pod' | 'service'

/** What clusters of a provider take ranges for: the rest has none of its own. */
const RANGES: Record<Provider, readonly Range[]> = { local: ['pod', 'service'], aws: ['node', 'service'] }

const NETWORKS = 'Networks with commas between, a colon, and the size of what each cluster gets.'
const HINTS: Record<Provider, Partial<Record<PoolField, string>>> = {
  local: { pod: `${NETWORKS} Nodes are in the range of pods.`, service: 'The same for services.' },
  aws: { node: `${NETWORKS} It is the network of the cluster: a prefix of 16 to 22. Pods have addresses of it.`, service: 'The same for services: they are in no network of AWS.' },
}
const EXAMPLES: Record<Provider, Partial<Record<PoolField, string>>> = {
  local: { pod: '100.88.0.0/14:20', service: '100.92.0.0/15:22' },
  aws: { node: '10.128.0.0/12:20', service: '172.20.0.0/14:20', region: 'eu-central-1', stage: 'production' },
}
const COMMON: Partial<Record<PoolField, string>> = {
  name: 'Lower case letters, digits and -. It stays.',
  region: 'Only for clusters in this region; empty for any.',
  stage: 'Only for clusters of this stage; empty for any.',
}

export const hintOf = (provider: Provider, field: PoolField): string | undefined => HINTS[provider][field] ?? COMMON[field]
export const exampleOf = (provider: Provider, field: PoolField): string | undefined => EXAMPLES[provider][field]

/** `100.88.0.0/14,100.96.0.0/14:20` as the API has it. */
export function rangesOf(text: string): PoolRanges | undefined {
  if (text.trim() === '') return undefined
  const [networks = '', prefix] = text.split(':')
  return { cidrs: networks.split(',').map((one) => one.trim()).filter(Boolean), prefix: Number(prefix ?? 0) || 0 }
}
const textOf = (ranges: PoolRanges | null | undefined) => (ranges ? `${ranges.cidrs.join(',')}:${ranges.prefix}` : '')

/** The ranges that are asked for: those of the provider, and what a pool has besides. */
export const rangesAsked = (provider: Provider, before: AddressPool | null): Range[] =>
  (['node', 'pod', 'service'] as const).filter((range) => RANGES[provider].includes(range) || before?.spec[range])

export function valuesOf(pool: AddressPool | null): PoolValues {
  const spec = pool?.spec
  return {
    name: pool?.metadata.name ?? '', provider: spec?.provider ?? 'local', description: spec?.description ?? '', pod: textOf(spec?.pod),
    service: textOf(spec?.service), node: textOf(spec?.node), region: spec?.region ?? '', stage: spec?.stage ?? '',
  }
}

/** The pool that a form describes. What was typed for another provider, and is not asked for any more, is not in it. */
export function specOf(values: PoolValues, before: AddressPool | null): AddressPool['spec'] {
  const { provider } = values
  const said = (field: 'description' | 'region' | 'stage') => (values[field].trim() ? { [field]: values[field].trim() } : {})
  const ranges = rangesAsked(provider, before).flatMap((range) => (values[range].trim() ? [[range, rangesOf(values[range])] as const] : []))
  return { provider, ...said('description'), ...Object.fromEntries(ranges), ...said('region'), ...said('stage') }
}

const FLAGS: Record<Range, string> = { node: '--nodes', pod: '--pods', service: '--services' }

/** The command that says the same. */
export function poolCommand(values: PoolValues, before: AddressPool | null): string {
  const { provider, name, region, stage, description } = values
  const flags: Argument[] = [
    ['--provider', before || provider === 'local' ? '' : provider],
    ...rangesAsked(provider, before).map((range): Argument => [FLAGS[range], values[range]]),
    ['--region', region],
    ['--stage', stage],
    ['--description', description],
  ]
  return command(['kore', 'address-pool', before ? 'edit' : 'create'], name || 'NAME', ...flags)
}
