import type { Operation } from '@/api/types'

/** What an operation is, for people. Kore's own changes put right what came loose. */
export function changeWords({ action, requestedBy, state }: Pick<Operation, 'action' | 'requestedBy' | 'state'>): string {
  const ongoing = state === 'running' || state === 'pending'
  if (action === 'create') return ongoing ? 'Being made' : 'Made'
  if (action === 'delete') return ongoing ? 'Being deleted' : 'Deleted'
  return requestedBy === 'system:controller' ? (ongoing ? 'What came loose is put right' : 'What came loose, put right') : ongoing ? 'Being changed' : 'Changed'
}
