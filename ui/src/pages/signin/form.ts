import { newProvider, type GroupMapping, type IdentityProvider, type IdentityProviderSpec } from '@/api/kinds/identityProviders'
import { command } from '@/lib/quote'
import { listOf } from '../access/scope'

export type Worth = 'admin' | 'auditor' | 'viewer' | 'developer' | 'maintainer' | 'owner'

export interface MappingValues {
  group: string
  worth: Worth
  team: string
}

/** What the form asks of a provider. */
export interface ProviderValues {
  name: string
  displayName: string
  issuer: string
  clientId: string
  clientSecret: string
  scopes: string
  username: string
  email: string
  fullName: string
  groups: string
  allowedDomains: string
  allowedGroups: string
  mappings: MappingValues[]
  enabled: boolean
  allowedAddresses: string
  certificateAuthority: string
}

export const FIELDS = {
  name: '/metadata/name', displayName: '/spec/displayName', issuer: '/spec/issuer', clientId: '/spec/clientId', clientSecret: '/spec/clientSecret',
  scopes: '/spec/scopes', username: '/spec/claims/username', email: '/spec/claims/email', fullName: '/spec/claims/displayName',
  groups: '/spec/claims/groups', allowedDomains: '/spec/allowedDomains', allowedGroups: '/spec/allowedGroups', mappings: '/spec/groupMappings',
  allowedAddresses: '/spec/network/allowedAddresses', certificateAuthority: '/spec/network/certificateAuthority',
}
export const LABELS = {
  name: 'Name', displayName: 'What its button says', issuer: 'Issuer', clientId: 'Client id', clientSecret: 'Client secret',
  scopes: 'Scopes', username: 'Login name', email: 'E-mail', fullName: 'Display name', groups: 'Groups',
  allowedDomains: 'Only e-mail domains', allowedGroups: 'Only groups', mappings: 'What groups are worth',
  allowedAddresses: 'Addresses that are not public', certificateAuthority: 'Certificate authority (PEM)',
}

/** The claims that Kore takes when none are named. */
export const CLAIMS = { username: 'preferred_username', email: 'email', displayName: 'name', groups: 'groups' } as const
const isPlatform = (worth: Worth): worth is 'admin' | 'auditor' => worth === 'admin' || worth === 'auditor'

const mappingOf = ({ group, worth, team }: MappingValues): GroupMapping =>
  isPlatform(worth) ? { group: group.trim(), platformRole: worth } : { group: group.trim(), team, role: worth }

/** The values of a provider that is there, or of a new one. */
export function valuesOf(provider?: IdentityProvider): ProviderValues {
  const spec: Partial<IdentityProviderSpec> = provider?.spec ?? {}
  return {
    name: provider?.metadata.name ?? '',
    displayName: spec.displayName ?? '',
    issuer: spec.issuer ?? '',
    clientId: spec.clientId ?? '',
    clientSecret: '',
    scopes: (spec.scopes ?? ['profile', 'email']).join(' '),
    username: spec.claims?.username ?? CLAIMS.username,
    email: spec.claims?.email ?? CLAIMS.email,
    fullName: spec.claims?.displayName ?? CLAIMS.displayName,
    groups: spec.claims?.groups ?? CLAIMS.groups,
    allowedDomains: (spec.allowedDomains ?? []).join(', '),
    allowedGroups: (spec.allowedGroups ?? []).join('\n'),
    mappings: (spec.groupMappings ?? []).map(({ group, platformRole, role, team }) => ({ group, worth: platformRole ?? role ?? 'viewer', team: team ?? '' })),
    enabled: spec.enabled ?? true,
    allowedAddresses: (spec.network?.allowedAddresses ?? []).join(', '),
    certificateAuthority: spec.network?.certificateAuthority ?? '',
  }
}

/** The provider that a form describes; what the form does not show of an older one stays. */
export function providerOf(values: ProviderValues, before?: IdentityProvider): IdentityProvider {
  const text = (value: string) => value.trim()
  const allowedGroups = values.allowedGroups.split('\n').map(text).filter(Boolean)
  const addresses = listOf(values.allowedAddresses)
  const authority = text(values.certificateAuthority)
  const { displayName: _name, clientSecret: _secret, network: _network, ...kept } = before?.spec ?? {}
  return newProvider(text(values.name), {
    ...kept,
    issuer: text(values.issuer),
    clientId: text(values.clientId),
    ...(text(values.displayName) && { displayName: text(values.displayName) }),
    ...(values.clientSecret !== '' && { clientSecret: values.clientSecret }),
    scopes: listOf(values.scopes),
    claims: { username: text(values.username), email: text(values.email), displayName: text(values.fullName), groups: text(values.groups) },
    allowedDomains: listOf(values.allowedDomains),
    allowedGroups,
    groupMappings: values.mappings.filter(({ group }) => text(group) !== '').map(mappingOf),
    enabled: values.enabled,
    ...((addresses.length > 0 || authority !== '') && { network: { allowedAddresses: addresses, ...(authority && { certificateAuthority: authority }) } }),
  })
}

/** The provider without its secret, for showing. */
export function shownProvider(provider: IdentityProvider): IdentityProvider {
  return provider.spec.clientSecret ? { ...provider, spec: { ...provider.spec, clientSecret: '$CLIENT_SECRET' } } : provider
}

/** The command line that does the same. */
export function providerCommand(verb: 'create' | 'edit' | 'preview', { metadata, spec }: IdentityProvider): string {
  const many = (flag: string, all: readonly string[] | undefined): [string, string][] => (all ?? []).map((one) => [flag, one])
  const worth = ({ group, platformRole, team, role }: GroupMapping) => `${group}=${platformRole ?? `${team ?? ''}:${role ?? ''}`}`
  const claim = (flag: string, value: string | undefined, usual: string): [string, string] => [flag, value === usual ? '' : (value ?? '')]
  const line = command(
    ['kore', 'idp', verb],
    metadata.name || 'NAME',
    ['--issuer', spec.issuer || 'URL'],
    ['--client-id', spec.clientId || 'ID'],
    ['--client-secret-stdin', Boolean(spec.clientSecret)],
    ['--display-name', spec.displayName],
    ...many('--scope', spec.scopes),
    claim('--username-claim', spec.claims?.username, CLAIMS.username),
    claim('--groups-claim', spec.claims?.groups, CLAIMS.groups),
    ...many('--allow-domain', spec.allowedDomains),
    ...many('--allow-group', spec.allowedGroups),
    ...many('--map', spec.groupMappings?.map(worth)),
    ['--certificate-authority', spec.network?.certificateAuthority ? 'ca.pem' : ''],
    ...many('--allow-address', spec.network?.allowedAddresses),
    ['--enabled', verb === 'edit' ? String(spec.enabled) : ''],
  )
  return spec.clientSecret ? `printf %s "$CLIENT_SECRET" | ${line}` : line
}
