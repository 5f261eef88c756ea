import { newRule, type AccountGuardrails, type AccountMode, type AccountRule } from '@/api/kinds/accountRules'
import { ALLOCATION_FIELDS, ALLOCATION_LABELS, allocationArguments, allocationOf, allocationValues, type AllocationValues } from '@/components/form/allocationValues'
import { command, type Argument } from '@/lib/quote'

export const FIELDS = {
  ...ALLOCATION_FIELDS, name: '/metadata/name', organization: '/spec/organization', description: '/spec/description', stages: '/spec/stages',
  mode: '/spec/accounts/mode', account: '/spec/accounts/account', unit: '/spec/organizationalUnit', amount: '/spec/monthlyBudget/amount',
  currency: '/spec/monthlyBudget/currency', priority: '/spec/priority', guardrails: '/spec/guardrails',
}
export const LABELS = {
  ...ALLOCATION_LABELS, name: 'Name', organization: 'Cloud', description: 'Description', stages: 'Stages', mode: 'One account', account: 'Account',
  unit: 'Unit', amount: 'Monthly budget', currency: 'Currency', priority: 'Priority', guardrails: 'Guardrails',
}

export const MODES: readonly { value: AccountMode; label: string }[] = [
  { value: 'perTeamAndStage', label: 'for each team and stage' },
  { value: 'perTeam', label: 'for each team' },
  { value: 'existing', label: 'that there is already, for all of them' },
]
/** What nobody in the accounts can do, and how the command line calls it. */
export const GUARDRAILS: readonly { name: keyof AccountGuardrails; flag: string; text: string }[] = [
  { name: 'regions', flag: 'regions', text: 'Use other regions than the organisation’s' },
  { name: 'leaveOrganization', flag: 'leave-organization', text: 'Take the account out of the organisation' },
  { name: 'auditTrail', flag: 'audit-trail', text: 'Turn off what records who did what, and what looks for attacks' },
  { name: 'koreRoles', flag: 'kore-roles', text: 'Change the roles that Kore takes' },
  { name: 'rootUser', flag: 'root-user', text: 'Act as the account’s root user' },
  { name: 'bootstrapRole', flag: 'bootstrap-role', text: 'Act as the role that AWS makes in a new account for whoever has the management account' },
]

export interface RuleValues extends AllocationValues, Record<keyof AccountGuardrails, boolean> {
  name: string
  organization: string
  description: string
  stages: string
  mode: AccountMode
  account: string
  unit: string
  amount: string
  currency: string
  priority: string
}

const words = (text: string) => text.split(/[\s,]+/).filter((word) => word !== '')
const guardrailsOf = (given: AccountGuardrails | undefined) =>
  Object.fromEntries(GUARDRAILS.map(({ name }) => [name, given?.[name] ?? true])) as Record<keyof AccountGuardrails, boolean>

export function valuesOf(rule: AccountRule | undefined, organization = ''): RuleValues {
  const spec = rule?.spec
  return {
    ...allocationValues(spec?.teams), ...guardrailsOf(spec?.guardrails), name: rule?.metadata.name ?? '', organization: spec?.organization ?? organization,
    description: spec?.description ?? '', stages: spec?.stages?.join(', ') ?? '', mode: spec?.accounts?.mode ?? 'perTeamAndStage',
    account: spec?.accounts?.account ?? '', unit: spec?.organizationalUnit ?? '', amount: spec?.monthlyBudget?.amount.toString() ?? '',
    currency: spec?.monthlyBudget?.currency ?? 'USD', priority: (spec?.priority ?? 0).toString(),
  }
}

/** The object that a form says. */
export function ruleOf(values: RuleValues, before: AccountRule | undefined): AccountRule {
  const text = (name: 'description' | 'unit' | 'account' | 'amount') => values[name].trim()
  const spec: AccountRule['spec'] = {
    organization: values.organization,
    ...(text('description') && { description: text('description') }),
    teams: allocationOf(values),
    ...(words(values.stages).length > 0 && { stages: words(values.stages) }),
    accounts: { mode: values.mode, ...(values.mode === 'existing' && { account: text('account') }) },
    ...(text('unit') && { organizationalUnit: text('unit') }),
    guardrails: guardrailsOf(values),
    ...(text('amount') && { monthlyBudget: { amount: Number(text('amount')) || 0, currency: values.currency.trim().toUpperCase() } }),
    priority: Number(values.priority) || 0,
  }
  return newRule(before?.metadata.name ?? values.name.trim(), spec)
}

const MODE_WORDS: Record<AccountMode, string> = { perTeam: 'per-team', perTeamAndStage: 'per-team-and-stage', existing: '' }

/** The command line that says it. What is taken away again, only a file says. */
export function ruleCommand({ metadata, spec }: AccountRule, before: AccountRule | undefined): string {
  const gone = before && (['description', 'stages', 'organizationalUnit', 'monthlyBudget'] as const).some((name) => before.spec[name] && !spec[name])
  if (gone) return 'kore apply -f FILE'
  const mode = spec.accounts?.mode ?? 'perTeamAndStage'
  const changed = GUARDRAILS.filter(({ name }) => (spec.guardrails?.[name] ?? true) !== (before?.spec.guardrails?.[name] ?? true))
  return command(
    ['kore', 'account-rule', before ? 'edit' : 'create'],
    metadata.name || 'NAME',
    ['--cloud', before ? '' : spec.organization],
    ['--description', spec.description],
    ...allocationArguments(spec.teams ?? { all: true }),
    ...(spec.stages ?? []).map((stage): Argument => ['--stage', stage]),
    ['--accounts', MODE_WORDS[mode]],
    ['--existing', spec.accounts?.account],
    ['--unit', spec.organizationalUnit],
    ['--monthly-budget', spec.monthlyBudget ? `${spec.monthlyBudget.amount}${spec.monthlyBudget.currency}` : ''],
    ...changed.map(({ name, flag }): Argument => [spec.guardrails?.[name] === false ? '--without' : '--with', flag]),
    ['--priority', spec.priority || before ? String(spec.priority ?? 0) : ''],
  )
}
