import type { Schema } from '@/api/types'
import { quote } from './quote'

export type Change = Schema<'FieldChange'>

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

/** What differs between two values, by dotted path; lists are compared as a whole. */
export function differences(before: unknown, after: unknown, path = ''): Change[] {
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted()
    return names.flatMap((name) => differences(before[name], after[name], path === '' ? name : `${path}.${name}`))
  }
  // What is new or gone as a whole is told part by part.
  if (isObject(after) && before === undefined && Object.keys(after).length > 0) return differences({}, after, path)
  if (isObject(before) && after === undefined && Object.keys(before).length > 0) return differences(before, {}, path)
  return same(before, after) ? [] : [{ path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }]
}

/** Flags `--set PATH=VALUE` that make one value of another. */
export function setFlags(before: unknown, after: unknown): string[] {
  const flags: string[] = []
  const walk = (old: unknown, now: unknown, path: string): void => {
    if (isObject(old) && isObject(now)) {
      for (const name of new Set([...Object.keys(old), ...Object.keys(now)])) walk(old[name], now[name], path === '' ? name : `${path}.${name}`)
    } else if (!same(old, now)) {
      flags.push('--set', quote(`${path}=${now === undefined ? 'null' : typeof now === 'string' && !isOther(now) ? now : JSON.stringify(now)}`))
    }
  }
  walk(before, after, '')
  return flags
}

/** Whether a text would be read as something else than a text. */
function isOther(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return text === ''
  }
}
