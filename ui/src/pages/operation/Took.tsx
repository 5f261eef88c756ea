import type { Operation } from '@/api/types'
import { useNow } from '@/lib/now'
import { duration, instant } from '@/lib/time'

/** How long an operation took, or takes so far. */
export function Took({ operation }: { operation: Pick<Operation, 'startedAt' | 'createdAt' | 'endedAt' | 'state'> }) {
  const ongoing = operation.state === 'running' || operation.state === 'pending'
  const now = useNow(ongoing ? 1000 : 60_000)
  const begin = instant(operation.startedAt) ?? instant(operation.createdAt)
  const end = instant(operation.endedAt) ?? (ongoing ? now : null)
  return <>{begin && end ? duration(end.getTime() - begin.getTime()) : '–'}</>
}
