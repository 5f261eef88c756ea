import { expect, test } from 'vitest'
import { CHANNEL, ending, endingWords, endOfInput, frame, resizeFrame } from './frames'

test('messages begin with their channel', () => {
  expect([...frame(CHANNEL.stdin, 'é')]).toEqual([0, 0xc3, 0xa9])
  expect(new TextDecoder().decode(resizeFrame(80, 24))).toBe('\u0004{"Width":80,"Height":24}')
  expect([...endOfInput()]).toEqual([255, 0])
})

const failed = (code: string) => JSON.stringify({ status: 'Failure', reason: 'NonZeroExitCode', message: `command terminated with exit code ${code}`, details: { causes: [{ reason: 'ExitCode', message: code }] } })

test.each([
  ['{"status":"Success"}', { code: 0, message: null }],
  [failed('7'), { code: 7, message: null }],
  ['{"status":"Failure","message":"container not found"}', { code: null, message: 'container not found' }],
  ['plain text of old servers', { code: null, message: 'plain text of old servers' }],
  ['', { code: null, message: null }],
])('%s', (text, is) => expect(ending(text)).toEqual(is))

test.each([
  [{ code: 0, message: null }, 'The shell ended (exit code 0).'],
  [{ code: 130, message: null }, 'The shell ended with exit code 130: ended by signal 2.'],
  [{ code: 7, message: null }, 'The shell ended with exit code 7.'],
  [{ code: null, message: 'exec: "/bin/sh": stat /bin/sh: no such file or directory' }, 'This container has no shell. An image without one can be looked into with kubectl debug.'],
  [{ code: null, message: null }, 'The session ended.'],
])('%j in words', (is, words) => expect(endingWords(is)).toBe(words))
