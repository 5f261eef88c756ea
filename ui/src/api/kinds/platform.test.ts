import { expect, test } from 'vitest'
import { readiness } from './platform'

test('each line is a check', () => {
  expect(readiness('[+]database ok\n[-]management-cluster failed: no answer\nnot ready\n')).toEqual({
    ready: false,
    checks: [
      { name: 'database', state: 'ok', message: null },
      { name: 'management-cluster', state: 'failed', message: 'failed: no answer' },
    ],
  })
  expect(readiness('[+]database ok\nok\n').ready).toBe(true)
  expect(readiness('<html>').ready).toBe(false)
})
