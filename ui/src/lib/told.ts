import type { QueryFunctionContext } from '@tanstack/react-query'
import { createStore } from './store'

/** The kinds that the stream tells of without being asked for them. */
export const USUAL: readonly string[] = ['Team', 'Plan', 'PlanVersion', 'PlanPolicy', 'Cluster', 'ClusterNamespace', 'Operation']
/** Those that are told of only while a page shows them. */
export const ON_DEMAND: readonly string[] = ['User', 'Membership', 'AuditRecord', 'CloudOrganization', 'AccountRule', 'CloudAccount']

/** Longest wait for the stream before something is read all the same. */
const PATIENCE = 500

/** Which kinds the stream of events tells of; null while there is none, and nobody waits for it. */
export const told = createStore<readonly string[] | null>([])

/**
 * Waits until changes of what a query shows and follows are told of: what is read afterwards stays true, and need not be
 * read twice. Short, and never for a stream that is not there.
 */
export function beforeReading({ queryKey: [kind], meta }: Pick<QueryFunctionContext, 'queryKey' | 'meta'>): Promise<void> {
  const follows = (meta?.follows as readonly string[] | undefined) ?? []
  const awaited = [...USUAL, ...ON_DEMAND.filter((one) => one === kind)].filter((one) => one === kind || follows.includes(one))
  const isReady = () => told.get() === null || awaited.every((one) => told.get()?.includes(one))
  if (isReady()) return Promise.resolve()
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      stop()
      resolve()
    }
    const timer = setTimeout(() => done(), PATIENCE)
    const stop = told.subscribe(() => {
      if (isReady()) done()
    })
  })
}
