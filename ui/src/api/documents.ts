import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { CLIENT } from '@/lib/version'
import { useDebounced } from '@/lib/useDebounced'
import { sessionFetch } from '@/session/hold'
import { ApiError, asProblem, problemOf } from './problems'
import type { Enveloped, Preview, Problem, Schema } from './types'

/** Where a document goes: made with POST, replaced with PUT and the revision that was read. */
export interface Target {
  method: 'POST' | 'PUT' | 'DELETE'
  path: string
  ifMatch?: string
}

/** How an object that was read is replaced. */
export const replacing = (path: string, { metadata }: Enveloped): Target => ({ method: 'PUT', path, ifMatch: `"${metadata.resourceVersion ?? ''}"` })

async function send(target: Target, body: unknown, dry: boolean, more: { key?: string; signal?: AbortSignal }): Promise<unknown> {
  const headers = new Headers({ 'content-type': 'application/json', 'kore-client': CLIENT })
  if (target.ifMatch) headers.set('If-Match', target.ifMatch)
  if (more.key) headers.set('Idempotency-Key', more.key)
  const init = { method: target.method, headers, signal: more.signal, body: body === undefined ? undefined : JSON.stringify(body) }
  const response = await sessionFetch(new Request(dry ? `${target.path}?dryRun=All` : target.path, init))
  const answer: unknown = await response.json().catch(() => null)
  if (!response.ok) throw new ApiError(problemOf(answer, response))
  return answer
}

/** Writes what somebody has written, whatever it is: the server says whether it fits. */
export const sendDocument = async (target: Target, body: unknown, key?: string) => (await send(target, body, false, { key })) as Enveloped

export const previewDocument = async (target: Target, body: unknown, signal?: AbortSignal) => (await send(target, body, true, { signal })) as Preview

/** What the server says of a document while it is written. */
export interface DryRun {
  preview: Preview | null
  problems: Problem[]
  errors: Schema<'FieldError'>[]
  /** What is shown is of an earlier text. */
  isStale: boolean
}

const NOTHING: DryRun = { preview: null, problems: [], errors: [], isStale: false }

/** Asks what would happen once nobody has typed for a moment; the last question wins. `undefined` asks nothing. */
export function useDryRun(target: Target, body: unknown): DryRun {
  const asked = useDebounced(JSON.stringify(body) ?? '')
  const now = JSON.stringify(body) ?? ''
  const { data, isFetching } = useQuery({
    queryKey: ['Preview', target, asked],
    enabled: asked !== '',
    placeholderData: keepPreviousData,
    gcTime: 0,
    retry: false,
    queryFn: async ({ signal }): Promise<Omit<DryRun, 'isStale'>> => {
      try {
        const preview = await previewDocument(target, JSON.parse(asked), signal)
        const problems = preview.problems ?? []
        return { preview, problems, errors: problems.flatMap(({ errors }) => errors ?? []) }
      } catch (error) {
        if (signal.aborted) throw error
        const problem = asProblem(error)
        return { preview: null, problems: [problem], errors: problem.errors ?? [] }
      }
    },
  })
  if (!data || now === '') return { ...NOTHING, isStale: isFetching || asked !== now }
  return { ...data, isStale: isFetching || asked !== now }
}
