import { expect, test } from 'vitest'
import { at } from '@/lib/document'
import { policyCommand } from './command'
import { policySchema } from './schema'

const policy = (provider: string) => ({ metadata: { name: 'few' }, spec: { provider, owner: 'platform-team', reason: 'cost', teams: { all: true }, rules: { 'nodePools.*.size': { maximum: 3 } } } })

test('the command for a policy says what it can, and a file the rest', () => {
  expect(policyCommand('create', policy('local'), null)).toContain("--max 'nodePools.*.size=3'")
  expect(policyCommand('create', policy('aws'), null)).toBe('kore apply -f FILE')
  expect(policyCommand('edit', policy('aws'), null)).toContain("kore policy edit few")
})

test('only a new policy is asked for its provider, whose plans it is about', () => {
  const schema = (isNew: boolean) => policySchema({ paths: [], plans: [], teams: [], provider: 'aws', isNew })
  expect(at(schema(true), ['properties', 'provider', 'oneOf'])).toMatchObject([{ const: 'local' }, { const: 'aws' }])
  expect(at(schema(false), ['properties', 'provider'])).toBeUndefined()
  expect(at(schema(false), ['properties', 'plans', 'description'])).toBe('Every plan of AWS, if there is none here.')
})
