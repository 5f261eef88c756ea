import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { generate } from '../scripts/generate.mjs'

test('the types are those of docs/openapi.json (else: npm run api)', async () => {
  const kept = await readFile(new URL('../src/api/schema.d.ts', import.meta.url), 'utf8')
  expect((await generate()) === kept).toBe(true)
}, 30_000)
