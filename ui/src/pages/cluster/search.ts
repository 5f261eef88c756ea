import { listSearch, type ListSearch } from '@/components/list/search'
import { VIEWS, type View } from './form/views'

/** What the address of the settings says: how they are shown, and a version of the plan to begin with. */
export interface SettingsSearch {
  view?: View
  version?: number
}

export function settingsSearch(given: Record<string, unknown>): SettingsSearch {
  const version = Number(given.version)
  return { view: VIEWS.find((view) => view === given.view), version: Number.isInteger(version) && version > 0 ? version : undefined }
}

export const TRAILS = ['operations', 'audit'] as const
export type Trail = (typeof TRAILS)[number]

/** What the address of the activity says: of what, and which part of the list. */
export interface ActivitySearch extends ListSearch {
  show?: Trail
}

export const activitySearch = (given: Record<string, unknown>): ActivitySearch => ({
  ...listSearch(given),
  show: TRAILS.find((show) => show === given.show),
})
