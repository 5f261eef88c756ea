import { QueryClient } from '@tanstack/react-query'
import { ApiError } from '@/api/problems'
import { health } from '@/live/client'

/** Refusals stay refusals; what did not answer may answer the next time. */
const retry = (count: number, error: unknown): boolean =>
  count < 2 && (!(error instanceof ApiError) || (error.status >= 500 && error.problem.retryable))

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      retry,
      // Events say what is old; without them, looking again does.
      staleTime: 30_000,
      gcTime: 120_000,
      refetchOnWindowFocus: () => health.get().state !== 'live',
    },
    mutations: { retry: false },
  },
})
