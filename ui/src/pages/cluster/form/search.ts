import { VIEWS, type View } from './views'

/** What the address of a new cluster says: to begin with, and how it is shown. */
export interface NewClusterSearch {
  plan?: string
  name?: string
  /** A cluster of the team to be made once more. */
  from?: string
  view?: View
}

export function newClusterSearch(given: Record<string, unknown>): NewClusterSearch {
  const text = (name: string) => (typeof given[name] === 'string' && given[name] !== '' ? given[name] : undefined)
  return { plan: text('plan'), name: text('name'), from: text('from'), view: VIEWS.find((view) => view === given.view) }
}
