import type { AccountSpent, CloudAccount } from '@/api/kinds/accounts'
import type { AccountGuardrails } from '@/api/kinds/accountRules'
import type { Status } from '@/lib/status'
import { GUARDRAILS } from '../rules/form'

/** Whose an account is, and where. */
export const aboutWords = ({ spec }: CloudAccount): string => `${spec.team ? `Account of team ${spec.team}` : 'Account of all teams that rules give it,'} in cloud ${spec.organization}${spec.stage ? `, for clusters of stage ${spec.stage}` : ''}.`

/** What becomes of it in the cloud when it is deleted here, and what else happens: a line each. */
export function fateOf({ spec, status }: CloudAccount): string[] {
  const number = status?.account
  if (spec.closeWhenDeleted) {
    return [
      number ? `Account ${number} is closed in the cloud, with everything in it: what runs there stops, and its data is gone.` : 'What was made of it in the cloud is closed, with everything in it.',
      'The address of its root user cannot be used for another account.',
    ]
  }
  return [
    number ? `Account ${number} stays in the cloud as it is, with everything in it.` : 'What was made of it in the cloud stays as it is.',
    'Kore forgets it, and makes no clusters in it any more.',
    ...(spec.rule ? [`What rule ${spec.rule} gives the team after that is another account.`] : []),
  ]
}

/** Which guardrails hold, as `all` or `all but regions, rootUser`. */
export function guardrailWords(held: AccountGuardrails): string {
  const off = GUARDRAILS.map(({ name }) => name).filter((name) => held[name] === false)
  return off.length === 0 ? 'all' : `all but ${off.join(', ')}`
}

/** What an account has cost this month, and against what, as `123.45 of 500 USD in 2026-11`. */
export function spentWords(spent: AccountSpent): string {
  const of = spent.budget ? ` of ${spent.budget.amount.toString()}` : ''
  return `${spent.amount}${of} ${spent.currency} in ${spent.month}`
}

const BUDGETS: Readonly<Record<string, Pick<Status, 'text' | 'tone'>>> = {
  Within: { text: 'Within budget', tone: 'ok' },
  NearlyUsed: { text: 'Budget nearly used up', tone: 'warn' },
  Over: { text: 'Budget used up', tone: 'bad' },
  OtherMoney: { text: 'Budget in other money', tone: 'warn' },
}

/** How its budget stands, where its rule has one. */
export function budgetStatus({ status }: CloudAccount): Status | null {
  const reason = status?.conditions?.find(({ type }) => type === 'WithinBudget')?.reason
  const stands = reason === undefined ? undefined : BUDGETS[reason]
  return stands && status?.spent ? { ...stands, message: spentWords(status.spent) } : null
}
