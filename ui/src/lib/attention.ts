/** How much of a list is said at once. */
const FEW = 2

/**
 * What a note says, to be read: a long list of what was found is for whoever wants to see it, and the operation
 * that puts it right is one to look at, not an id to read.
 */
export function detailOf(detail: string): { text: string; more: string[]; operation: string | null } {
  const [, before, operation] = /^(.*); operation ([\w-]+) puts it right$/s.exec(detail) ?? []
  const found = /^found (.*)$/s.exec(before ?? detail)?.[1]
  if (before === undefined || operation === undefined || found === undefined) return { text: detail, more: [], operation: null }
  const parts = found.split('; ')
  const names = parts.slice(0, FEW).map((part) => part.replace(/ \(.*\)$/s, ''))
  const text = parts.length > FEW ? `Found ${names.join(', ')} and more out of place; put right by` : `Found ${parts.join(', ')}; put right by`
  return { text, more: parts.length > FEW ? parts : [], operation }
}
