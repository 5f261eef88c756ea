import { expect, test } from 'vitest'
import { ApiError, asProblem, fieldProblems, problemOf } from './problems'
import type { Problem } from './types'

const problem: Problem = {
  type: 'urn:kore:problem:KORE-INPUT-0002', title: 'Invalid', status: 422, detail: 'two fields are wrong', code: 'KORE-INPUT-0002', owner: 'you', retryable: false,
  errors: [
    { pointer: '/metadata/name', rule: 'pattern', detail: 'not a name' },
    { pointer: '/spec/overrides/nodePools/default/size', rule: 'maximum', detail: 'at most 4' },
    { pointer: '/spec/unknown', rule: 'unknownField', detail: 'no such field' },
  ],
}

test('errors belong to the closest field of the form', () => {
  const fields = { name: '/metadata/name', overrides: '/spec/overrides', size: '/spec/overrides/nodePools/default/size' }
  expect(fieldProblems(problem, fields).map(({ field }) => field)).toEqual(['name', 'size', null])
  expect(fieldProblems(problem, { overrides: '/spec/overrides' })[1]?.field).toBe('overrides')
  expect(fieldProblems({ ...problem, errors: [{ pointer: '/spec/overridesX', rule: 'x', detail: '' }] }, fields)[0]?.field).toBeNull()
})

test('every error is a problem', () => {
  expect(asProblem(new ApiError(problem))).toBe(problem)
  expect(asProblem(new TypeError('fetch failed')).code).toBe('CONSOLE-NETWORK')
  expect(asProblem(new Error('no'))).toMatchObject({ detail: 'no', owner: 'kore' })
})

test('an answer that is no problem still says what is known', () => {
  const response = new Response('<html>', { status: 502, headers: { 'x-request-id': 'r-1' } })
  expect(problemOf('<html>', response)).toMatchObject({ status: 502, requestId: 'r-1', retryable: true })
  expect(problemOf(problem, new Response(null, { status: 422, headers: { 'x-request-id': 'r-2' } })).requestId).toBe('r-2')
})
