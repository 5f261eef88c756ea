import { queryOptions } from '@tanstack/react-query'
import { CLIENT } from '@/lib/version'
import { sessionFetch } from '@/session/hold'

/** Something that the server found. */
export interface Hit {
  kind: string
  team?: string | null
  name: string
  title?: string | null
}

/** Objects by what they are called; none where the server cannot search. */
export const searchQuery = (text: string) =>
  queryOptions({
    queryKey: ['Search', text],
    enabled: text.trim().length > 1,
    staleTime: 10_000,
    queryFn: async ({ signal }): Promise<Hit[]> => {
      const headers = { 'kore-client': CLIENT }
      const response = await sessionFetch(new Request(`/api/v1/search?q=${encodeURIComponent(text)}`, { headers, signal }))
      if (!response.ok) return []
      return ((await response.json()) as { items?: Hit[] }).items ?? []
    },
  })
