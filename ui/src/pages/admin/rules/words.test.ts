import { expect, test } from 'vitest'
import type { AccountRuleAnswer } from '@/api/kinds/accountRules'
import { whyNoAccount } from './words'

const answer = (more: Partial<AccountRuleAnswer>): AccountRuleAnswer => ({ team: 'payments', stage: 'production', rule: 'common', verdicts: [], ...more })
const account = { name: 'payments-production-d8b8ff', exists: false, spec: { organization: 'acme', team: 'payments', stage: 'production', rule: 'common' } }

test('an account can be made where a rule gives one that is not there', () => {
  expect(whyNoAccount(answer({ account }))).toBeNull()
  expect(whyNoAccount(answer({ account: { ...account, exists: true } }))).toContain('payments-production-d8b8ff')
})

test('why there is none to make is said', () => {
  expect(whyNoAccount(answer({ rule: null }))).toBe('No rule holds for team payments and stage production: it gets no account.')
  expect(whyNoAccount(answer({ rule: null, stage: null }))).toContain('team payments without a stage')
  expect(whyNoAccount(answer({ account: null }))).toContain('names one that there is already')
})
