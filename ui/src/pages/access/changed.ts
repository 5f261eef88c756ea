import type { QueryClient } from '@tanstack/react-query'

const KINDS = ['RoleBinding', 'Elevation', 'Holdings', 'Subjects', 'Review', 'AccessReview']

/** Reads again what says who may what: bindings and elevations have no events. */
export async function accessChanged(client: QueryClient): Promise<void> {
  await client.invalidateQueries({ predicate: ({ queryKey: [kind] }) => KINDS.includes(String(kind)) })
}
