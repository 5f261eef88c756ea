import openapiTS, { astToString } from 'openapi-typescript'

const HEADER = '// Made by `npm run api` from docs/openapi.json. Do not edit.\n\n'

/** The types of the API, as text. */
export async function generate() {
  const tree = await openapiTS(new URL('../../docs/openapi.json', import.meta.url), { defaultNonNullable: false })
  return HEADER + astToString(tree)
}
