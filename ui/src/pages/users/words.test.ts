import { expect, test } from 'vitest'
import { clientWords } from './words'

test.each([
  [null, 'cli', 'Command line'],
  ['curl/7.88.1', 'console', 'curl/7.88.1'],
  ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/156.0.0.0 Safari/537.36', 'console', 'Chrome 156 on Linux'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 14_1) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Safari/605.1.15', 'console', 'Safari 17 on macOS'],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0', 'console', 'Firefox 140 on Windows'],
])('%j by %s is %s', (label, source, words) => expect(clientWords(label, source)).toBe(words))
