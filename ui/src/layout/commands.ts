import type { Hit } from '@/api/search'
import { setPreferences } from '@/lib/preferences'
import { ADMIN, teamEntries, type Area, type Entry } from './navigation'

/** Something that the palette offers. */
export interface Offer {
  id: string
  title: string
  /** What it is: a page, a team, a cluster… */
  kind: string
  path?: string
  run?: () => void
}

const page = (entry: Entry, where: string): Offer => ({ id: entry.path, title: entry.title, kind: where, path: entry.path })

/** Pages and settings, whoever looks. */
export function staticOffers(area: Area, isPlatform: boolean, onHelp: () => void): Offer[] {
  const theme = (value: 'system' | 'light' | 'dark', title: string): Offer => ({
    id: `theme-${value}`, title, kind: 'Setting', run: () => setPreferences({ theme: value }),
  })
  return [
    ...(area.kind === 'team' ? teamEntries(area.team).map((entry) => page(entry, area.team)) : []),
    ...(isPlatform ? ADMIN.map((entry) => page(entry, 'Platform')) : []),
    ...(area.kind === 'team' ? [{ id: 'new-cluster', title: 'Create cluster', kind: area.team, path: `/teams/${area.team}/clusters/new` }] : []),
    { id: 'account', title: 'My account', kind: 'You', path: '/account' },
    theme('light', 'Light theme'),
    theme('dark', 'Dark theme'),
    theme('system', 'Theme as the system'),
    { id: 'help', title: 'Keyboard help', kind: 'Help', run: onHelp },
  ]
}

/** Those whose title or kind has every word of the text. */
export function narrowed(offers: readonly Offer[], text: string): Offer[] {
  const asked = text.toLowerCase().split(/\s+/).filter(Boolean)
  return offers.filter(({ title, kind }) => asked.every((word) => `${title} ${kind}`.toLowerCase().includes(word)))
}

const PATHS: Record<string, (hit: Hit) => string> = {
  Team: ({ name }) => `/teams/${name}`,
  Cluster: ({ team, name }) => `/teams/${team ?? ''}/clusters/${name}`,
  ClusterNamespace: ({ team, name }) => `/teams/${team ?? ''}/namespaces/${name}`,
  Robot: ({ team, name }) => `/teams/${team ?? ''}/robots/${name}`,
  User: ({ name }) => `/admin/users/${name}`,
  Plan: ({ name }) => `/admin/plans/${name}`,
  PlanPolicy: ({ name }) => `/admin/policies/${name}`,
  CloudOrganization: ({ name }) => `/admin/clouds/${name}`,
  AccountRule: ({ name }) => `/admin/account-rules/${name}`,
  CloudAccount: ({ name }) => `/admin/accounts/${name}`,
  Operation: ({ name }) => `/operations/${name}`,
}

/** What the server found, where it has a page. */
export function hitOffers(hits: readonly Hit[]): Offer[] {
  return hits.flatMap((hit) => {
    const path = PATHS[hit.kind]?.(hit)
    const title = hit.team ? `${hit.team}/${hit.name}` : (hit.title ?? hit.name)
    return path ? [{ id: `${hit.kind}-${hit.team ? `${hit.team}/` : ''}${hit.name}`, title, kind: hit.kind, path }] : []
  })
}
