import { readFile } from 'node:fs/promises'
import openapiTS, { astToString } from 'openapi-typescript'

const HEADER = '// Made by `npm run api` from docs/openapi.json. Do not edit.\n\n'

/** The types of the API, as text. */
export async function generate() {
  const description = JSON.parse(await readFile(new URL('../../docs/openapi.json', import.meta.url), 'utf8'))
  // Every object that is read has a name; where the server gives it, '' is what is sent.
  description.components.schemas.Metadata.required = ['name']
  return HEADER + astToString(await openapiTS(description, { defaultNonNullable: false }))
}
