import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { asProblem } from '@/api/problems'
import type { Query } from '@/api/resource'
import { NotFound } from './NotFound'
import { PageFrame } from './PageFrame'
import { Failed, Loading } from './states'

interface Props<T> {
  query: Query<T>
  /** What it is, as "cluster". */
  what: string
  /** The page's title, where the children are the whole page: it has one when they cannot be shown, too. */
  title?: string
  children: (data: T) => ReactNode
}

/** One object: while it loads, when it is there, when it is not, and when it cannot be read. */
export function Loaded<T>({ query, what, title, children }: Props<T>) {
  const { data, error, refetch, isPending } = useQuery(query)
  if (error && asProblem(error).status === 404) return <NotFound what={what} />
  if (data !== undefined) return <>{children(data)}</>
  if (error) {
    const failed = <Failed error={error} onRetry={() => void refetch()} />
    return title === undefined ? failed : <PageFrame title={title}>{failed}</PageFrame>
  }
  return isPending ? <Loading what={`Loading the ${what}`} /> : null
}
