import { listSearch, type ListSearch } from '@/components/list/search'

/** A list, and the role that is about to be given or asked for; an empty one opens the form without. */
export interface GrantSearch extends ListSearch {
  grant?: string
  request?: string
}

export function grantSearch(given: Record<string, unknown>): GrantSearch {
  const text = (name: string) => (typeof given[name] === 'string' ? given[name] : undefined)
  return { ...listSearch(given), grant: text('grant'), request: text('request') }
}

/** The page about access in a team: which view, and what is asked in it. */
export interface AccessSearch extends GrantSearch {
  view?: 'requests' | 'who'
  subject?: string
  permission?: string
  cluster?: string
}

export function accessSearch(given: Record<string, unknown>): AccessSearch {
  const text = (name: string) => (typeof given[name] === 'string' && given[name] !== '' ? given[name] : undefined)
  return {
    ...grantSearch(given),
    view: (['requests', 'who'] as const).find((one) => one === given.view),
    subject: text('subject'),
    permission: text('permission'),
    cluster: text('cluster'),
  }
}
