import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Preview } from '@/api/types'
import { useDebounced } from '@/lib/useDebounced'

export interface Previewed {
  preview: Preview | undefined
  error: unknown
  /** It is of what the form says now. */
  isFresh: boolean
  again: () => Promise<{ preview: Preview | undefined; error: unknown }>
}

interface Wanted<T> {
  /** Besides the document, what the preview depends on. */
  of: readonly (string | number)[]
  /** The document; nothing while there is none to ask about. */
  body: T | null
  ask: (body: T, signal: AbortSignal) => Promise<Preview>
}

/** Previews hold for a quarter of an hour; one that somebody still looks at is renewed before. */
const RENEW = 10 * 60_000

/** What the server says that a document would do, some moments after the last letter. A later question ends an earlier one. */
export function usePreview<T>({ of, body, ask }: Wanted<T>): Previewed {
  const client = useQueryClient()
  const now = JSON.stringify(body)
  const settled = useDebounced(now, 400)
  const asked = JSON.parse(settled) as T | null
  const query = useQuery({
    queryKey: ['Preview', ...of, settled],
    queryFn: ({ signal }) => ask(asked as T, signal),
    enabled: asked !== null,
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 0,
    gcTime: 0,
    refetchInterval: RENEW,
    meta: { follows: ['Plan', 'PlanVersion', 'PlanPolicy', 'Quota'] },
  })
  const isFresh = settled === now && !query.isFetching && !query.isPlaceholderData && (query.isSuccess || query.isError)
  return {
    preview: body === null ? undefined : query.data,
    error: body === null || query.isFetching ? null : query.error,
    isFresh,
    // Of the document as it is now, whatever was asked about last.
    again: async () => {
      if (body === null) return { preview: undefined, error: null }
      try {
        const preview = await client.fetchQuery({ queryKey: ['Preview', ...of, now], queryFn: ({ signal }) => ask(body, signal), staleTime: 0, retry: false })
        return { preview, error: null }
      } catch (error) {
        return { preview: undefined, error }
      }
    },
  }
}
