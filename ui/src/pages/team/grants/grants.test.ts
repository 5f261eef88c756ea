import { expect, test } from 'vitest'
import { hours, until } from './expiry'

test('lengths of time are hours, and moments are to the minute', () => {
  expect(hours('8h')).toBe(8)
  expect(hours('7d')).toBe(168)
  expect(hours('')).toBe(0)
  expect(until(2, new Date('2026-01-01T10:00:30.123Z'))).toBe('2026-01-01T12:00:00Z')
})
