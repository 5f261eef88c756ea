import type { Schema } from '@/api/types'
import type { Argument } from '@/lib/quote'

/** Which teams something is for, as a form asks it. */
export interface AllocationValues {
  everyTeam: boolean
  names: string
  labels: string
}

export const ALLOCATION_FIELDS = { names: '/spec/teams/names', labels: '/spec/teams/labels', everyTeam: '/spec/teams' }
export const ALLOCATION_LABELS = { names: 'Teams', labels: 'Labels of teams', everyTeam: 'For' }

const words = (text: string) => text.split(/[\s,]+/).filter((word) => word !== '')

export function allocationOf({ everyTeam, names, labels }: AllocationValues): Schema<'Allocation'> {
  if (everyTeam) return { all: true }
  const pairs = words(labels).map((pair) => [pair.split('=')[0] ?? '', pair.split('=').slice(1).join('=')] as const)
  return { ...(words(names).length > 0 && { names: words(names) }), ...(pairs.length > 0 && { labels: Object.fromEntries(pairs) }) }
}

export const allocationValues = (teams: Schema<'Allocation'> | undefined): AllocationValues => ({
  everyTeam: teams === undefined || teams.all === true,
  names: teams?.names?.join(', ') ?? '',
  labels: Object.entries(teams?.labels ?? {}).map(([key, value]) => `${key}=${value}`).join(', '),
})

export const allocationArguments = (teams: Schema<'Allocation'>): Argument[] => [
  ['--for-all', teams.all === true],
  ...(teams.names ?? []).map((name): Argument => ['--for', name]),
  ...Object.entries(teams.labels ?? {}).map(([key, value]): Argument => ['--for-label', `${key}=${value}`]),
]

/** As people read it. */
export function forTeams(teams: Schema<'Allocation'> | undefined): string {
  if (teams === undefined || teams.all) return 'every team'
  const labels = Object.entries(teams.labels ?? {}).map(([key, value]) => `${key}=${value}`)
  const parts = [...(teams.names ?? []), ...(labels.length > 0 ? [`teams with ${labels.join(' and ')}`] : [])]
  return parts.length > 0 ? parts.join(', ') : 'nobody'
}
