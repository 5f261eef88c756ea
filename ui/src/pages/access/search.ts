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
