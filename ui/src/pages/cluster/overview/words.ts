import type { Operation } from '@/api/types'

/** What an operation is, for people. Kore's own changes put right what came loose. */
export function changeWords({ action, requestedBy }: Pick<Operation, 'action' | 'requestedBy'>): string {
  if (action === 'create') return 'Made'
  if (action === 'delete') return 'Deleted'
  return requestedBy === 'system:controller' ? 'What came loose, put right' : 'Changed'
}
