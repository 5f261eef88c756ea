import { expect, test } from 'vitest'
import { after, hours, listOf, minutesText, scopeOf, scopePath, scopeWords, subjectName, subjectOf } from './scope'

test.each([
  [{}, 'platform', 'the platform'],
  [{ team: 'payments' }, 'payments', 'team payments'],
  [{ team: 'payments', cluster: 'dev' }, 'payments/dev', 'cluster payments/dev'],
  [{ team: 'payments', cluster: 'dev', namespace: 'web' }, 'payments/dev/web', 'namespace web of payments/dev'],
])('%j is %s', (scope, path, words) => {
  expect(scopePath(scope)).toBe(path)
  expect(scopeWords(scope)).toBe(words)
  expect(scopeOf(scope)).toEqual(scope)
})

test('what belongs to nothing is not said', () => {
  expect(scopeOf({ team: '', cluster: 'dev' })).toEqual({})
  expect(scopeOf({ team: 'a', cluster: '', namespace: 'web' })).toEqual({ team: 'a' })
})

test('people and robots', () => {
  expect([subjectOf(' ana '), subjectOf('payments/ci'), subjectOf('user:ana'), subjectOf('')]).toEqual(['user:ana', 'robot:payments/ci', 'user:ana', ''])
  expect([subjectName('user:ana'), subjectName('robot:payments/ci'), subjectName('anonymous')]).toEqual(['ana', 'payments/ci', 'anonymous'])
})

test('lists and lengths of time', () => {
  expect(listOf('10.0.0.0/8, 192.0.2.0/24\n')).toEqual(['10.0.0.0/8', '192.0.2.0/24'])
  expect([minutesText(60), minutesText(90), minutesText(1440)]).toEqual(['1h', '90m', '24h'])
  expect([hours(''), hours('8h'), hours('7d')]).toEqual([0, 8, 168])
  expect(after('8h', new Date('2026-01-01T00:00:00.5Z'))).toBe('2026-01-01T08:00:00Z')
  expect(after('', new Date())).toBeUndefined()
})
