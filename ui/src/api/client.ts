import createClient from 'openapi-fetch'
import { CLIENT } from '@/lib/version'
import { sessionFetch } from '@/session/hold'
import { ApiError, problemOf } from './problems'
import type { paths } from './schema'
import type { Metadata, Preview } from './types'

/** The API, typed by its own description. */
export const api = createClient<paths>({
  baseUrl: typeof location === 'undefined' ? 'http://localhost' : location.origin,
  headers: { 'kore-client': CLIENT },
  fetch: sessionFetch,
})

interface Answer<T> {
  data?: T
  error?: unknown
  response: Response
}

/** What an answer has in it; throws an `ApiError` for a refusal. */
export async function ok<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await answer
  if (!response.ok) throw new ApiError(problemOf(error, response))
  return data as T
}

/** What a write really wrote: the answer without the previews that only dry runs get. */
export async function written<T>(answer: Promise<Answer<T>>): Promise<Exclude<T, Preview>> {
  return (await ok(answer)) as Exclude<T, Preview>
}

/** What a dry run says. */
export async function previewed(answer: Promise<Answer<unknown>>): Promise<Preview> {
  return (await ok(answer)) as Preview
}

/** What a write that began something says: its object, and the id of the operation. */
export async function begun<T>(
  answer: Promise<Answer<T>>,
): Promise<{ object: Exclude<T, Preview>; operation: string | null }> {
  const { data, error, response } = await answer
  if (!response.ok) throw new ApiError(problemOf(error, response))
  return { object: data as Exclude<T, Preview>, operation: response.headers.get('kore-operation') }
}

/** The header `If-Match` for an object that was read: refuses when somebody else was faster. */
export function match(object: { metadata: Metadata }): { 'If-Match': string } {
  const { resourceVersion } = object.metadata
  return { 'If-Match': resourceVersion ? `"${resourceVersion}"` : '*' }
}

/** A key for one intent to create: make it when a form opens, use it for every attempt. RFC 8941 string. */
export const newKey = (): string => `"${crypto.randomUUID()}"`
