import { useQuery } from '@tanstack/react-query'
import { operationQuery } from '@/api/kinds/operations'
import type { Failure, Operation } from '@/api/types'
import type { Status } from '@/lib/status'
import { troubleOf } from './words'

interface Stand {
  status: Status
  failure: Failure | null
  /** Once it is read; only while the object is not fine. */
  operation: Operation | undefined
}

/** How an object is, with what its operation knows more of when it is not fine: that a step is tried again and again, and why. */
export function useStand(status: Status, operation: string | null | undefined): Stand {
  const { data } = useQuery({ ...operationQuery(operation ?? ''), enabled: Boolean(operation) && status.tone !== 'ok' })
  const trouble = data ? troubleOf(data) : null
  if (status.tone === 'busy' && trouble) return { status: { ...status, tone: 'warn', text: 'Trying again', message: trouble.message }, failure: trouble, operation: data }
  return { status, failure: status.tone === 'bad' ? trouble : null, operation: data }
}
