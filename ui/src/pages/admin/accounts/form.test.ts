import { expect, test } from 'vitest'
import { accountOf, byRuleCommand, createCommand, editCommand, givenAccount, valuesOf } from './form'

const values = { ...valuesOf(undefined, { team: 'payments', organization: 'acme' }), name: 'sandbox' }
const given = { name: 'payments-production-d8b8ff', exists: false, spec: { organization: 'acme', team: 'payments', stage: 'production', rule: 'common', organizationalUnit: 'Production' } }

test('an account by hand says what is filled in', () => {
  expect(accountOf(values).spec).toEqual({ organization: 'acme', team: 'payments' })
  const account = accountOf({ ...values, stage: ' dev ', unit: 'Sandboxes', closeWhenDeleted: true })
  expect(account.spec).toEqual({ organization: 'acme', team: 'payments', stage: 'dev', organizationalUnit: 'Sandboxes', closeWhenDeleted: true })
  expect(createCommand(account)).toBe('kore account create sandbox --team payments --cloud acme --stage dev --unit Sandboxes --close-when-deleted')
})

test('an account by the rules is what the rule gives', () => {
  expect(givenAccount(given, false)).toMatchObject({ metadata: { name: given.name }, spec: given.spec })
  expect(givenAccount(given, true).spec).toEqual({ ...given.spec, closeWhenDeleted: true })
  expect(byRuleCommand('payments', 'production', false)).toBe('kore account create --team payments --stage production')
})

test('a change keeps whose it is and the rule that it came by', () => {
  const before = givenAccount(given, false)
  expect(accountOf(valuesOf(before), before).spec).toEqual(before.spec)
  const closing = accountOf({ ...valuesOf(before), closeWhenDeleted: true }, before)
  expect(closing.spec).toEqual({ ...before.spec, closeWhenDeleted: true })
  expect(editCommand(closing, before)).toBe('kore account edit payments-production-d8b8ff --unit Production --close-when-deleted')
  expect(editCommand(before, closing)).toContain('--keep-when-deleted')
  expect(editCommand(accountOf({ ...valuesOf(before), unit: '' }, before), before)).toBe('kore apply -f FILE')
})
