import type { QueryClient } from '@tanstack/react-query'
import { keys } from '@/api/resource'

/** After an account was written: what shows accounts is read again, and what says which of them the rules give. */
export const accountsChanged = (client: QueryClient) =>
  Promise.all([client.invalidateQueries({ queryKey: keys.kind('CloudAccount') }), client.invalidateQueries({ queryKey: ['AccountRule', 'test'] })])
