import { queryOptions, useQuery } from '@tanstack/react-query'
import { CLIENT } from '@/lib/version'
import { sessionFetch } from '@/session/hold'
import { api, ok } from './client'
import { ApiError, problemOf } from './problems'

/** What is asked: a permission on the platform, a team or a cluster. */
export interface Question {
  permission: string
  team?: string
  cluster?: string
}

export interface Permission {
  allowed: boolean
  /** Why not, and what it would take. */
  reason: string | null
  /** The roles that would allow it. */
  who: string[]
  /** Nothing is known yet. */
  pending: boolean
}

interface Answer {
  allowed: boolean
  reason?: string | null
  holders?: string[]
}

type Waiting = { question: Question; resolve: (answer: Answer) => void; reject: (why: unknown) => void }

const MOST = 100
let queue: Waiting[] = []
let single = false

/** Questions of one tick become one request. */
function ask(question: Question): Promise<Answer> {
  return new Promise((resolve, reject) => {
    queue.push({ question, resolve, reject })
    if (queue.length === 1) setTimeout(flush)
  })
}

function flush(): void {
  const all = queue
  queue = []
  for (let from = 0; from < all.length; from += MOST) void answerAll(all.slice(from, from + MOST))
}

async function answerAll(waiting: Waiting[]): Promise<void> {
  try {
    const answers = await review(waiting.map(({ question }) => question))
    waiting.forEach(({ resolve }, at) => resolve(answers[at] ?? { allowed: false, reason: 'The server did not say.' }))
  } catch (error) {
    for (const { reject } of waiting) reject(error)
  }
}

async function review(questions: Question[]): Promise<Answer[]> {
  if (single) return Promise.all(questions.map(reviewOne))
  const response = await sessionFetch(
    new Request('/api/v1/access/reviews', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'kore-client': CLIENT },
      body: JSON.stringify({ questions }),
    }),
  )
  if (response.status === 404 || response.status === 405) {
    single = true
    return review(questions)
  }
  const body: unknown = await response.json().catch(() => null)
  if (!response.ok) throw new ApiError(problemOf(body, response))
  return (body as { answers: Answer[] }).answers
}

/** FALLBACK for servers without `POST /api/v1/access/reviews`: one request a question. To go with them. */
async function reviewOne(question: Question): Promise<Answer> {
  const { allowed, reason } = await ok(api.GET('/api/v1/access/review', { params: { query: { ...question } } }))
  return { allowed, reason: reason ?? null }
}

export const permissionQuery = (question: Question) =>
  queryOptions({
    queryKey: ['AccessReview', question.permission, question.team ?? null, question.cluster ?? null],
    queryFn: () => ask(question),
    meta: { follows: ['Membership', 'RoleBinding', 'Elevation'] },
    staleTime: 60_000,
  })

/** Whether the person may do it, and why not. Until that is known they may not; a failed question lets the server decide. */
export function usePermission(permission: string, on: Omit<Question, 'permission'> = {}): Permission {
  const { data, isError } = useQuery(permissionQuery({ permission, ...on }))
  if (isError) return { allowed: true, reason: null, who: [], pending: false }
  if (!data) return { allowed: false, reason: 'Looking up what you may do…', who: [], pending: true }
  return { allowed: data.allowed, reason: data.reason ?? null, who: data.holders ?? [], pending: false }
}
