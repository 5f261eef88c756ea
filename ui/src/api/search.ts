import { queryOptions } from '@tanstack/react-query'
import { api, ok } from './client'
import type { Schema } from './types'

/** Something that the server found. */
export type Hit = Schema<'Hit'>

/** Objects by what they are called. */
export const searchQuery = (text: string) =>
  queryOptions({
    queryKey: ['Search', text],
    enabled: text.trim().length > 1,
    staleTime: 10_000,
    queryFn: async ({ signal }): Promise<Hit[]> => (await ok(api.GET('/api/v1/search', { params: { query: { q: text } }, signal }))).items,
  })
