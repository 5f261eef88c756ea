import type { Owner, Problem } from './types'

/** A refusal of the server, or that it could not be reached, as an error. */
export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail || problem.title)
    this.name = 'ApiError'
  }

  get status(): number {
    return this.problem.status
  }
}

const made = (status: number, code: string, title: string, detail: string, owner: Owner, fix: string[]): Problem => ({
  type: 'about:blank', status, code, title, detail, owner, fix, retryable: true,
})

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && 'status' in value
}

/** The problem that an answer tells of, whatever its body is. */
export function problemOf(body: unknown, response: Response): Problem {
  const requestId = response.headers.get('x-request-id') ?? undefined
  if (isProblem(body)) return { ...body, requestId: body.requestId ?? requestId }
  const detail = `The server answered ${response.status} and did not say why.`
  const problem = made(response.status, `HTTP-${response.status}`, 'Unexpected answer', detail, 'kore', ['try again'])
  return { ...problem, requestId, retryable: response.status >= 500 }
}

/** Any error as a problem, so that there is one way to show them. */
export function asProblem(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem
  if (error instanceof TypeError) {
    const detail = 'No answer came from the server.'
    return made(0, 'CONSOLE-NETWORK', 'Server cannot be reached', detail, 'platformTeam', [
      'look whether you are connected',
      'try again',
    ])
  }
  const detail = error instanceof Error ? error.message : String(error)
  return { ...made(0, 'CONSOLE-ERROR', 'Something in this page failed', detail, 'kore', ['reload the page']), retryable: false }
}

/** Whose move it is, for people. */
export const OWNERS: Record<Owner, string> = {
  you: 'You',
  platformTeam: 'Platform administrators',
  cloud: 'The cloud',
  kore: 'Kore',
}

/** A field that is wrong, with where it is in the form. */
export interface FieldProblem {
  pointer: string
  detail: string
  /** The field of the form, when it has one for the pointer. */
  field: string | null
}

/**
 * Finds the fields of a form that a problem speaks of. `fields` says for each field of the form which JSON
 * pointer of the body it fills; errors deeper inside belong to the closest field around them.
 */
export function fieldProblems(problem: Problem, fields: Readonly<Record<string, string>>): FieldProblem[] {
  const known = Object.entries(fields).sort((a, b) => b[1].length - a[1].length)
  return (problem.errors ?? []).map(({ pointer, detail }) => {
    const found = known.find(([, own]) => pointer === own || pointer.startsWith(`${own}/`))
    return { pointer, detail, field: found?.[0] ?? null }
  })
}
