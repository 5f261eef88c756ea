// Measures what dist/ makes a browser load first, and fails when that is more than is allowed.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const FIRST_LOAD = 250_000
const CHUNK = 200_000
const dist = new URL('../dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'))
const size = (file) => gzipSync(readFileSync(fileURLToPath(new URL(file, dist)))).length

/** A chunk and all that it imports at once. */
function statics(key, seen = new Set()) {
  if (seen.has(key)) return seen
  seen.add(key)
  for (const next of manifest[key]?.imports ?? []) statics(next, seen)
  return seen
}

const entries = Object.keys(manifest).filter((key) => manifest[key].isEntry)
const first = new Set(entries.flatMap((key) => [...statics(key)]))
const js = [...first].reduce((sum, key) => sum + size(manifest[key].file), 0)
const css = [...new Set([...first].flatMap((key) => manifest[key].css ?? []))].reduce((sum, file) => sum + size(file), 0)
const lazy = Object.keys(manifest).filter((key) => !first.has(key) && manifest[key].file.endsWith('.js'))
const largest = lazy.map((key) => [size(manifest[key].file), key]).sort((a, b) => b[0] - a[0])

console.log(`first load: ${(js / 1000).toFixed(1)} kB JavaScript, ${(css / 1000).toFixed(1)} kB style sheets (gzip)`)
for (const [bytes, key] of largest.slice(0, 5)) console.log(`lazy: ${(bytes / 1000).toFixed(1)} kB ${key}`)
const problems = []
if (js > FIRST_LOAD) problems.push(`the first load has ${js} bytes of JavaScript, ${FIRST_LOAD} are allowed`)
for (const [bytes, key] of largest) if (bytes > CHUNK) problems.push(`${key} has ${bytes} bytes, ${CHUNK} are allowed`)
for (const problem of problems) console.error(problem)
process.exit(problems.length > 0 ? 1 : 0)
