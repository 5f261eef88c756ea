import { expect, test } from 'vitest'
import type { AuditRecord } from '@/api/kinds/audit'
import { heading, written } from './csv'
import { activitySearch, filterOf, termWords, withTerm } from './filters'
import { actionWords, operationIn, targetOf } from './words'

test.each([
  ['cluster.create', 'Create cluster'],
  ['cluster.delete.result', 'Delete cluster, done or failed'],
  ['kubectl.exec', 'kubectl exec'],
  ['planpolicy.update', 'Update policy'],
  ['session.create', 'Sign in'],
  ['user.claimLink', 'Make a link to set a password'],
  ['authenticate', 'Ask without being signed in'],
])('%s is %s', (action, text) => expect(actionWords(action)).toBe(text))

test('objects lead to their pages', () => {
  expect(targetOf('cluster/payments/dev')).toMatchObject({ params: { team: 'payments', cluster: 'dev' } })
  expect(targetOf('payments/dev pods/web-7d/exec in e-web')).toMatchObject({ params: { team: 'payments', cluster: 'dev' } })
  expect(targetOf('user/ana')).toMatchObject({ to: '/admin/users/$user' })
  expect([targetOf('team/?'), targetOf('api'), targetOf('access/team.read')]).toEqual([null, null, null])
  expect(operationIn('operation 631cca13-e766-558e-81f9-ee77d242a1d0 for user:admin: done')).toBe('631cca13-e766-558e-81f9-ee77d242a1d0')
  expect(operationIn('no operation here')).toBeNull()
})

test('filters', () => {
  const one = withTerm('result=denied', 'actor', 'ana, the second')
  expect(one).toBe('result=denied,actor~"ana, the second"')
  expect(withTerm(one, 'actor', 'bob')).toBe('result=denied,actor~bob')
  expect(withTerm('', 'after', '2026-01-01')).toBe('at>=2026-01-01')
  expect(termWords({ field: 'actor', operator: '~', value: 'ana' })).toBe('Who contains ana')
  expect(filterOf({ filter: 'result=denied', since: '1h' }, new Date('2026-01-02T01:00:00Z'))).toBe('result=denied,at>=2026-01-02T00:00:00.000Z')
  expect(activitySearch({ since: 'forever', limit: '100', still: 'true', filter: '' })).toEqual({ limit: 100, still: true })
})

test('rows are as the command line writes them', () => {
  const record: AuditRecord = {
    at: '2026-11-25T12:00:00Z', id: '1', actor: 'user:ana', action: 'cluster.create', object: '=HYPERLINK("http://evil")', result: 'refused',
    status: 422, source: 'cli', detail: 'two\nlines, and a comma', changes: [{ path: 'spec.paused', after: true }],
  }
  expect(written(record, 'csv')).toBe(
    '2026-11-25T12:00:00Z,1,user:ana,cluster.create,,"\'=HYPERLINK(""http://evil"")",refused,422,,cli,,,"two\nlines, and a comma","[{""path"":""spec.paused"",""after"":true}]"\r\n',
  )
  expect(heading('csv')).toMatch(/^at,id,actor,/)
  expect(JSON.parse(written(record, 'jsonl'))).toEqual(record)
})
