import { describe, expect, test } from 'vitest'
import { formatFilter, parseFilter, valueOf, withValue } from './filter'
import { readPreferences } from './preferences'
import { command, quote } from './quote'
import { ago, duration, instant } from './time'

describe('command lines', () => {
  test.each([
    ['payments', 'payments'],
    ['payments/dev', 'payments/dev'],
    ['two words', "'two words'"],
    ["it's", `'it'\\''s'`],
    ['', "''"],
    ['$(rm)', "'$(rm)'"],
  ])('%j is written %s', (word, written) => expect(quote(word)).toBe(written))

  test('flags without a value are left out', () => {
    const line = command(['kore', 'team', 'create'], 'a', ['--description', ''], ['--display-name', 'A team'], ['--yes', true], ['--no', false], ['--nodes', 0])
    expect(line).toBe("kore team create a --display-name 'A team' --yes --nodes 0")
  })
})

describe('time', () => {
  test.each([
    [0, '0.0s'],
    [420, '0.4s'],
    [12_400, '12s'],
    [59_700, '1m'],
    [72_000, '1m 12s'],
    [3_600_000, '1h'],
    [5_400_000, '1h 30m'],
    [90_000_000, '1d 1h'],
  ])('%d ms are %s', (length, text) => expect(duration(length)).toBe(text))

  const now = new Date('2026-01-02T12:00:00Z')
  test.each([
    ['2026-01-02T11:59:57Z', 'just now'],
    ['2026-01-02T11:59:30Z', '30 seconds ago'],
    ['2026-01-02T11:58:00Z', '2 minutes ago'],
    ['2026-01-01T11:00:00Z', 'yesterday'],
    ['2026-01-02T14:30:00Z', 'in 2 hours'],
  ])('%s is %s', (at, text) => expect(ago(new Date(at), now)).toBe(text))

  test('what is no time is none', () => {
    expect([instant(null), instant(''), instant('soon')]).toEqual([null, null, null])
  })
})

describe('filters', () => {
  test.each(['name~dev', 'name~dev,ready=False', 'team="a, \\"b\\""', 'created>=2026-01-01', 'paused!=true'])('%s is read and written the same', (text) =>
    expect(formatFilter(parseFilter(text))).toBe(text),
  )
  test('a value comes, changes and goes', () => {
    const one = withValue('ready=False', 'name', '~', 'a,b')
    expect(one).toBe('ready=False,name~"a,b"')
    expect(valueOf(one, 'name', '~')).toBe('a,b')
    expect(withValue(one, 'name', '~', '')).toBe('ready=False')
  })
  test('what cannot be read ends it', () => expect(parseFilter('name~dev,!!!')).toHaveLength(1))
})

test('preferences that are not understood count as not said', () => {
  expect(readPreferences('{"theme":"pink","zone":"utc","team":3}')).toMatchObject({ theme: 'system', zone: 'utc', team: null })
  expect(readPreferences('nonsense').density).toBe('comfortable')
})
