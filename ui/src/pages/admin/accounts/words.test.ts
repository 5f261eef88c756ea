import { expect, test } from 'vitest'
import { newAccount } from '@/api/kinds/accounts'
import { aboutWords, budgetStatus, fateOf, guardrailWords, spentWords } from './words'

const account = (more: object, number?: string) => ({ ...newAccount('payments', { organization: 'acme', team: 'payments', ...more }), status: number ? { account: number } : {} })

test('an account that is deleted stays in the cloud, unless it says otherwise', () => {
  expect(fateOf(account({}, '210987654321'))[0]).toBe('Account 210987654321 stays in the cloud as it is, with everything in it.')
  expect(fateOf(account({ closeWhenDeleted: true }, '210987654321'))[0]).toContain('Account 210987654321 is closed in the cloud, with everything in it')
})

test('one that has no number yet is not said to have one', () => {
  expect([...fateOf(account({})), ...fateOf(account({ closeWhenDeleted: true }))].join(' ')).not.toMatch(/Account \w+ (stays|is closed)/)
})

test('a rule gives another account after that', () => {
  expect(fateOf(account({ rule: 'common' })).join(' ')).toContain('rule common')
  expect(fateOf(account({})).join(' ')).not.toContain('rule')
})

test('an account without a stage is for none in particular', () => {
  expect(aboutWords(account({}))).toBe('Account of team payments in cloud acme.')
  expect(aboutWords(account({ stage: 'production' }))).toContain('stage production')
})

test('guardrails that do not hold are named', () => {
  expect(guardrailWords({})).toBe('all')
  expect(guardrailWords({ regions: false, koreRoles: true, rootUser: false })).toBe('all but regions, rootUser')
})

test('what it has cost is said against its budget', () => {
  const spent = { month: '2026-11', amount: '412.50', currency: 'USD', readAt: '2026-11-30T06:00:00Z', budget: { amount: 500, currency: 'USD' } }
  expect(spentWords(spent)).toBe('412.50 of 500 USD in 2026-11')
  const condition = { type: 'WithinBudget', status: 'True' as const, reason: 'NearlyUsed', message: '', lastTransitionTime: '2026-11-30T06:00:00Z' }
  const nearly = { ...account({}), status: { spent, conditions: [condition] } }
  expect(budgetStatus(nearly)).toEqual({ text: 'Budget nearly used up', tone: 'warn', message: '412.50 of 500 USD in 2026-11' })
  expect(budgetStatus(account({}))).toBeNull()
})
