// Writes src/api/schema.d.ts from the server's description of its API.
import { writeFile } from 'node:fs/promises'
import { generate } from './generate.mjs'

await writeFile(new URL('../src/api/schema.d.ts', import.meta.url), await generate())
