import type { AccountRuleAnswer } from '@/api/kinds/accountRules'

/** Whom an answer is for. */
export const whom = ({ team, stage }: Pick<AccountRuleAnswer, 'team' | 'stage'>): string => (stage ? `team ${team} and stage ${stage}` : `team ${team} without a stage`)

/** Why the rules give a team and a stage no account that could be made; null when they do. */
export function whyNoAccount(answer: AccountRuleAnswer): string | null {
  if (!answer.rule) return `No rule holds for ${whom(answer)}: it gets no account.`
  if (!answer.account) return `Rule ${answer.rule} makes no account: it names one that there is already.`
  if (answer.account.exists) return `There is account ${answer.account.name} for them already.`
  return null
}
