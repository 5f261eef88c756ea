import { api, match, ok, written } from '../client'
import { itemQuery, listQuery, type Query } from '../resource'
import { API_VERSION, type ListParameters, type Schema } from '../types'

export type AccountRule = Schema<'AccountRule'>
export type AccountRuleAnswer = Schema<'AccountRuleAnswer'>
export type AccountMode = Schema<'AccountMode'>
export type AccountGuardrails = Schema<'AccountGuardrails'>
export type RuleVerdict = Schema<'RuleVerdict'>

export const rulesQuery = (parameters: ListParameters) =>
  listQuery<AccountRule>('AccountRule', null, parameters, (query, signal) => ok(api.GET('/api/v1/accountrules', { params: { query }, signal })))

export const ruleQuery = (name: string) =>
  itemQuery<AccountRule>('AccountRule', null, name, (signal) =>
    ok(api.GET('/api/v1/accountrules/{name}', { params: { path: { name } }, signal })),
  )

/** Which rule holds for a team and a stage, why not the others, and the account that it gives them. */
export const ruleTestQuery = (team: string, stage: string): Query<AccountRuleAnswer> => ({
  queryKey: ['AccountRule', 'test', team, stage],
  meta: { follows: ['Team', 'CloudAccount'] },
  queryFn: ({ signal }) => ok(api.GET('/api/v1/accountruletest', { params: { query: { team, ...(stage && { stage }) } }, signal })),
})

export const newRule = (name: string, spec: AccountRule['spec']): AccountRule => ({ apiVersion: API_VERSION, kind: 'AccountRule', metadata: { name, generation: 0 }, spec })

export const createRule = (rule: AccountRule, key: string) =>
  written(api.POST('/api/v1/accountrules', { params: { header: { 'Idempotency-Key': key } }, body: rule }))

export const replaceRule = (rule: AccountRule, spec: AccountRule['spec']) =>
  written(api.PUT('/api/v1/accountrules/{name}', { params: { path: { name: rule.metadata.name }, header: match(rule) }, body: { ...rule, spec } }))

export const deleteRule = (rule: AccountRule) =>
  written(api.DELETE('/api/v1/accountrules/{name}', { params: { path: { name: rule.metadata.name }, header: match(rule) } }))
