import type { PlanPolicy } from '@/api/kinds/policies'
import { allocationArguments } from '@/components/form/allocationValues'
import { at } from '@/lib/document'
import { command, type Argument } from '@/lib/quote'

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const strings = (value: unknown) => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [])
const word = (value: unknown) => (typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value))

/** The command line that says a policy; where flags cannot say it, that applies its file. */
export function policyCommand(verb: 'create' | 'edit', document: unknown, before: PlanPolicy | null): string {
  const name = word(at(document, ['metadata', 'name'])) || 'NAME'
  const spec = at(document, ['spec'])
  if (!isRecord(spec)) return 'kore apply -f FILE'
  // The command makes policies of local clusters, unless a file says it.
  if (verb === 'create' && spec.provider !== 'local') return 'kore apply -f FILE'
  const rules = isRecord(spec.rules) ? Object.entries(spec.rules) : []
  // Reasons and owners of single rules are said in files only.
  if (rules.some(([, rule]) => isRecord(rule) && (rule.reason || rule.owner))) return 'kore apply -f FILE'
  const flags = rules.flatMap(([path, rule]): Argument[] => {
    if (!isRecord(rule)) return []
    const values = Array.isArray(rule.enum) ? rule.enum.map(word) : []
    const said: Argument[] = [
      ['--lock', rule.access === 'locked' ? path : ''],
      ['--min', rule.minimum === undefined || rule.minimum === null ? '' : `${path}=${word(rule.minimum)}`],
      ['--max', rule.maximum === undefined || rule.maximum === null ? '' : `${path}=${word(rule.maximum)}`],
      ['--one-of', values.length > 0 ? `${path}=${values.join(',')}` : ''],
      ['--pattern', rule.pattern ? `${path}=${word(rule.pattern)}` : ''],
    ]
    const isAnything = said.some(([, value]) => value !== '')
    return isAnything ? said : [['--allow', path]]
  })
  const gone = Object.keys(before?.spec.rules ?? {}).filter((path) => !rules.some(([one]) => one === path))
  const teams = isRecord(spec.teams) ? spec.teams : {}
  return command(
    ['kore', 'policy', verb],
    name,
    ['--owner', word(spec.owner)],
    ['--reason', word(spec.reason)],
    ['--description', word(spec.description)],
    ...strings(spec.plans).map((plan): Argument => ['--plan', plan]),
    ...allocationArguments({ all: teams.all === true, names: strings(teams.names), labels: isRecord(teams.labels) ? Object.fromEntries(Object.entries(teams.labels).map(([key, value]) => [key, word(value)])) : {} }),
    ['--default', spec.default === 'locked' || verb === 'edit' ? word(spec.default) : ''],
    ...flags,
    ...gone.map((path): Argument => ['--drop', path]),
  )
}
