import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { Preview } from '@/api/types'
import { useDebounced } from '@/lib/useDebounced'

/** What the server says that a write would do, asked when somebody has stopped typing; the last question wins. */
export function usePreview<T>(kind: string, body: T | null, ask: (body: T, signal: AbortSignal) => Promise<Preview>) {
  const text = body === null ? '' : JSON.stringify(body)
  const settled = useDebounced(text, 400)
  const preview = useQuery({
    queryKey: ['Preview', kind, settled],
    queryFn: ({ signal }) => ask(JSON.parse(settled) as T, signal),
    enabled: settled !== '',
    placeholderData: settled === '' ? undefined : keepPreviousData,
    staleTime: 10_000,
    gcTime: 10_000,
    retry: false,
  })
  return { ...preview, isBehind: settled !== text || preview.isPlaceholderData || preview.isFetching }
}
