import type { TeamRole } from '@/api/kinds/members'

/** Roles in a team, weakest first, and what they are for. */
export const TEAM_ROLES: readonly { value: TeamRole; label: string }[] = [
  { value: 'viewer', label: 'viewer: reads' },
  { value: 'developer', label: 'developer: works in the clusters, makes namespaces' },
  { value: 'maintainer', label: 'maintainer: makes, changes and deletes clusters; reads the activity' },
  { value: 'owner', label: 'owner: everything in the team' },
]

/** Where a membership comes from, for people. */
export function sourceText(source: string, group: string | null | undefined): string {
  const [what, ...rest] = source.split(':')
  if (what === 'invitation') return `invited by ${rest.join(':')}`
  if (what === 'group') return `group ${group ?? ''} of ${rest.join(':')}`.replace('group  of', 'a group of')
  return 'added directly'
}
