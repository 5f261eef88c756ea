import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { asProblem } from '@/api/problems'
import type { Query } from '@/api/resource'
import { NotFound } from './NotFound'
import { Failed, Loading } from './states'

interface Props<T> {
  query: Query<T>
  /** What it is, as "cluster". */
  what: string
  children: (data: T) => ReactNode
}

/** One object: while it loads, when it is there, when it is not, and when it cannot be read. */
export function Loaded<T>({ query, what, children }: Props<T>) {
  const { data, error, refetch, isPending } = useQuery(query)
  if (error && asProblem(error).status === 404) return <NotFound what={what} />
  if (data !== undefined) return <>{children(data)}</>
  if (error) return <Failed error={error} onRetry={() => void refetch()} />
  return isPending ? <Loading what={`Loading the ${what}`} /> : null
}
