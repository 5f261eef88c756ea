import { expect, test } from 'vitest'
import { ruleCommand, ruleOf, valuesOf } from './form'

const values = { ...valuesOf(undefined, 'acme'), name: 'production', stages: 'production', priority: '10' }

test('a rule that says nothing more is for every team, with every guardrail', () => {
  const { spec } = ruleOf(values, undefined)
  expect(spec).toEqual({
    organization: 'acme', teams: { all: true }, stages: ['production'], accounts: { mode: 'perTeamAndStage' }, priority: 10,
    guardrails: { regions: true, leaveOrganization: true, auditTrail: true, koreRoles: true, rootUser: true, bootstrapRole: true },
  })
})

test('a form begins with what a rule says and ends in the same', () => {
  const rule = ruleOf({ ...values, everyTeam: false, labels: 'tier=gold', mode: 'existing', account: '123456789012', unit: 'Production', amount: '500', currency: 'eur', regions: false }, undefined)
  expect(rule.spec.accounts).toEqual({ mode: 'existing', account: '123456789012' })
  expect(rule.spec.monthlyBudget).toEqual({ amount: 500, currency: 'EUR' })
  expect(ruleOf(valuesOf(rule), rule).spec).toEqual(rule.spec)
  expect(ruleOf({ ...valuesOf(rule), mode: 'perTeam' }, rule).spec.accounts).toEqual({ mode: 'perTeam' })
})

test('the command line says what the form says, or that a file does', () => {
  const rule = ruleOf({ ...values, regions: false, amount: '500' }, undefined)
  expect(ruleCommand(rule, undefined)).toBe(
    'kore account-rule create production --cloud acme --for-all --stage production --accounts per-team-and-stage --monthly-budget 500USD --without regions --priority 10',
  )
  expect(ruleCommand(ruleOf({ ...valuesOf(rule), regions: true }, rule), rule)).toContain('--with regions')
  expect(ruleCommand(ruleOf({ ...valuesOf(rule), amount: '' }, rule), rule)).toBe('kore apply -f FILE')
})
