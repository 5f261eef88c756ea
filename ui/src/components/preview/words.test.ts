import { expect, test } from 'vitest'
import type { Schema } from '@/api/types'
import { unseen } from './words'

const check = (result: Schema<'Check'>['result'], ...detail: string[]): Schema<'Check'> => ({ name: detail.join() + result, title: 'Nodes are ready', result, detail })
const of = (...checks: Schema<'Check'>[]) => unseen({ from: '1.35', to: '1.36', checks })

test('one reason for which nothing could be looked at is said once, and no other', () => {
  const never = 'could not be looked at: clusters of EKS are not upgraded yet'
  expect(of(check('unknown', never, never), check('unknown', never))).toBe('clusters of EKS are not upgraded yet')
  expect(of(check('unknown', never), check('pass'))).toBeNull()
  expect(of(check('unknown', never), check('fail', never))).toBeNull()
  expect(of(check('unknown', never), check('unknown', 'could not be looked at: no answer'))).toBeNull()
  expect(of()).toBeNull()
})
