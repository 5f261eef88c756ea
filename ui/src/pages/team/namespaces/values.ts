import type { ClusterNamespace, NamespaceSpec } from '@/api/kinds/namespaces'
import type { Schema } from '@/api/types'
import { command } from '@/lib/quote'
import { openingChanges, openingsOf } from './openings'

type Role = Schema<'NamespaceRole'> | ''

/** What an own quota counts, by the server's name. */
export const AMOUNTS = {
  'requests.cpu': { field: 'cpu', label: 'CPU requested', placeholder: '2' },
  'requests.memory': { field: 'memory', label: 'Memory requested', placeholder: '4Gi' },
  'limits.memory': { field: 'memoryLimit', label: 'Memory at most', placeholder: '8Gi' },
  pods: { field: 'pods', label: 'Pods', placeholder: '20' },
  persistentvolumeclaims: { field: 'volumes', label: 'Volumes', placeholder: '5' },
  'requests.storage': { field: 'storage', label: 'Storage', placeholder: '20Gi' },
} as const
type Amount = (typeof AMOUNTS)[keyof typeof AMOUNTS]['field']

/** The form of a namespace. Empty texts say nothing: what is by default, holds. */
export interface Values extends Record<Amount, string> {
  cluster: string
  name: string
  template: Schema<'QuotaTemplate'>
  maxCpu: string
  maxMemory: string
  dns: boolean
  sameNamespace: boolean
  ingress: boolean
  internet: boolean
  from: string
  to: string
  podSecurity: Schema<'PodSecurity'> | ''
  viewers: Role
  developers: Role
  adopt: boolean
  deletionProtection: boolean
}

/** Names in a text, apart by commas or blanks. */
export const names = (text: string): string[] => [...new Set(text.split(/[\s,]+/).filter(Boolean))]

/** The form of a namespace that is there, or of one that is not yet. */
export function valuesOf(spec: Partial<NamespaceSpec>): Values {
  const open = openingsOf(spec.network)
  const hard = spec.quota?.hard ?? {}
  return {
    cluster: spec.cluster ?? '',
    name: spec.name ?? '',
    template: spec.quota?.template ?? 'small',
    cpu: hard['requests.cpu'] ?? '',
    memory: hard['requests.memory'] ?? '',
    memoryLimit: hard['limits.memory'] ?? '',
    pods: hard.pods ?? '',
    volumes: hard.persistentvolumeclaims ?? '',
    storage: hard['requests.storage'] ?? '',
    maxCpu: spec.limits?.max?.cpu ?? '',
    maxMemory: spec.limits?.max?.memory ?? '',
    dns: open.dns,
    sameNamespace: open.sameNamespace,
    ingress: open.ingress,
    internet: open.internet,
    from: open.from.join(', '),
    to: open.to.join(', '),
    podSecurity: spec.podSecurity ?? '',
    viewers: spec.access?.viewers ?? '',
    developers: spec.access?.developers ?? '',
    adopt: spec.adopt ?? false,
    deletionProtection: spec.deletionProtection ?? false,
  }
}

/** The quota that the form asks for; what it has no field for stays as it was. */
function quotaOf(values: Values, before: NamespaceSpec['quota']): NamespaceSpec['quota'] {
  if (values.template !== 'own') return { template: values.template }
  const hard: Record<string, string> = { ...before?.hard }
  for (const [resource, { field }] of Object.entries(AMOUNTS)) {
    const amount = values[field].trim()
    if (amount) hard[resource] = amount
    else delete hard[resource]
  }
  return { template: 'own', ...(Object.keys(hard).length > 0 && { hard }) }
}

/** What is sent: the form over what there was. Fields that the form does not know stay. */
export function specOf(values: Values, before?: NamespaceSpec): NamespaceSpec {
  const max = { ...before?.limits?.max, cpu: values.maxCpu.trim() || undefined, memory: values.maxMemory.trim() || undefined }
  const hasMax = max.cpu !== undefined || max.memory !== undefined
  const spec: NamespaceSpec = {
    ...before,
    cluster: values.cluster,
    name: values.name.trim(),
    quota: quotaOf(values, before?.quota),
    limits: { ...before?.limits, max: hasMax ? max : undefined },
    network: {
      dns: values.dns,
      sameNamespace: values.sameNamespace,
      ...(values.ingress && { ingress: true }),
      ...(values.internet && { internet: true }),
      ...(names(values.from).length > 0 && { fromNamespaces: names(values.from) }),
      ...(names(values.to).length > 0 && { toNamespaces: names(values.to) }),
    },
    podSecurity: values.podSecurity || undefined,
    access: { viewers: values.viewers || undefined, developers: values.developers || undefined },
    adopt: values.adopt || undefined,
    deletionProtection: values.deletionProtection || undefined,
  }
  return JSON.parse(JSON.stringify(spec)) as NamespaceSpec
}

/** The flags that say what is different; `before` is what the server takes when nothing is said. */
function flags(values: Values, before: Values) {
  const hard = Object.entries(AMOUNTS)
    .filter(([, { field }]) => values.template === 'own' && values[field].trim() !== before[field].trim() && values[field].trim())
    .map(([resource, { field }]): [string, string] => ['--hard', `${resource}=${values[field].trim()}`])
  const { open, close } = openingChanges(openingsOf(specOf(before).network), openingsOf(specOf(values).network))
  const other = <K extends keyof Values>(key: K) => (values[key] === before[key] ? '' : values[key])
  const role = (key: 'viewers' | 'developers') => (values[key] === before[key] ? '' : values[key] || 'none')
  const set = (path: string, key: keyof Values): [string, string][] =>
    values[key] === before[key] ? [] : [['--set-spec', `${path}=${String(values[key]) || 'null'}`]]
  return [
    ['--quota', other('template')],
    ...hard,
    ['--open', open.join(',')],
    ['--close', close.join(',')],
    ['--pod-security', other('podSecurity')],
    ['--viewers', role('viewers')],
    ['--developers', role('developers')],
    ...set('limits.max.cpu', 'maxCpu'),
    ...set('limits.max.memory', 'maxMemory'),
    ...set('deletionProtection', 'deletionProtection'),
  ] as [string, string][]
}

/** `kore namespace create …`. */
export function createLine(team: string, values: Values): string {
  const at = `${team}/${values.cluster || 'CLUSTER'}/${values.name.trim() || 'NAME'}`
  return command(['kore', 'namespace', 'create'], at, ['--adopt', values.adopt], ...flags(values, valuesOf({})))
}

/** `kore namespace edit …`. */
export function editLine(team: string, { spec }: ClusterNamespace, values: Values): string {
  return command(['kore', 'namespace', 'edit'], `${team}/${spec.cluster}/${spec.name}`, ...flags(values, valuesOf(spec)))
}
