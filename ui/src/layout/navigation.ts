import type { IconName } from '@/components/Icon'

/** A page of the navigation. `keys` is its shortcut. */
export interface Entry {
  title: string
  path: string
  icon: IconName
  keys?: string
}

export const ADMIN: readonly Entry[] = [
  { title: 'Overview', path: '/admin', icon: 'overview', keys: 'g o' },
  { title: 'Get started', path: '/admin/get-started', icon: 'compass' },
  { title: 'Teams', path: '/admin/teams', icon: 'teams', keys: 'g t' },
  { title: 'Clusters', path: '/admin/clusters', icon: 'clusters', keys: 'g c' },
  { title: 'Plans', path: '/admin/plans', icon: 'plans', keys: 'g p' },
  { title: 'Policies', path: '/admin/policies', icon: 'policies' },
  { title: 'Users', path: '/admin/users', icon: 'account', keys: 'g u' },
  { title: 'Sign-in', path: '/admin/sign-in', icon: 'signin' },
  { title: 'Roles & bindings', path: '/admin/roles', icon: 'roles' },
  { title: 'Access requests', path: '/admin/access-requests', icon: 'requests' },
  { title: 'Quotas', path: '/admin/quotas', icon: 'quotas' },
  { title: 'Address pools', path: '/admin/address-pools', icon: 'addresses' },
  { title: 'Clouds', path: '/admin/clouds', icon: 'clouds' },
  { title: 'Accounts', path: '/admin/accounts', icon: 'accounts' },
  { title: 'Account rules', path: '/admin/account-rules', icon: 'rules' },
  { title: 'Operations', path: '/operations', icon: 'operations' },
  { title: 'Activity', path: '/admin/activity', icon: 'activity', keys: 'g a' },
  { title: 'Health', path: '/admin/health', icon: 'health' },
]

export const teamEntries = (team: string): readonly Entry[] => [
  { title: 'Overview', path: `/teams/${team}`, icon: 'overview', keys: 'g o' },
  { title: 'Clusters', path: `/teams/${team}/clusters`, icon: 'clusters', keys: 'g c' },
  { title: 'Namespaces', path: `/teams/${team}/namespaces`, icon: 'namespaces', keys: 'g n' },
  { title: 'Members', path: `/teams/${team}/members`, icon: 'teams', keys: 'g m' },
  { title: 'Robots', path: `/teams/${team}/robots`, icon: 'robots' },
  { title: 'Access', path: `/teams/${team}/access`, icon: 'key' },
  { title: 'Activity', path: `/teams/${team}/activity`, icon: 'activity', keys: 'g a' },
  { title: 'Settings', path: `/teams/${team}/settings`, icon: 'settings' },
]

/** What somebody looks at: the platform, or a team. */
export type Area = { kind: 'platform' } | { kind: 'team'; team: string } | { kind: 'none' }

/** The area of an address; pages of neither keep the one that fits the person. */
export function areaOf(pathname: string, last: string | null, isPlatform: boolean): Area {
  const team = /^\/teams\/([^/]+)/.exec(pathname)?.[1]
  if (team) return { kind: 'team', team: decodeURIComponent(team) }
  if (pathname.startsWith('/admin') || (isPlatform && last === null)) return { kind: 'platform' }
  if (last !== null) return { kind: 'team', team: last }
  return { kind: isPlatform ? 'platform' : 'none' } as Area
}

export const entriesOf = (area: Area): readonly Entry[] =>
  area.kind === 'platform' ? ADMIN : area.kind === 'team' ? teamEntries(area.team) : []

/** The entry that an address belongs to: the longest that it begins with. */
export function activeEntry(entries: readonly Entry[], pathname: string): Entry | undefined {
  return entries
    .filter(({ path }) => pathname === path || pathname.startsWith(`${path}/`))
    .toSorted((a, b) => b.path.length - a.path.length)[0]
}
