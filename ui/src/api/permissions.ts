import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, ok } from './client'
import type { Schema } from './types'

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

type Answer = Schema<'AccessAnswer'>

type Waiting = { question: Question; resolve: (answer: Answer) => void; reject: (why: unknown) => void }

const MOST = 100
let queue: Waiting[] = []

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
    const body = { questions: waiting.map(({ question }) => question) }
    const { answers } = await ok(api.POST('/api/v1/access/reviews', { body }))
    waiting.forEach(({ resolve }, at) => resolve(answers[at] ?? { allowed: false, reason: 'The server did not say.', holders: [] }))
  } catch (error) {
    for (const { reject } of waiting) reject(error)
  }
}

export const permissionQuery = (question: Question) =>
  queryOptions({
    queryKey: ['AccessReview', question.permission, question.team ?? null, question.cluster ?? null],
    queryFn: () => ask(question),
    meta: { follows: ['Membership', 'RoleBinding', 'Elevation'] },
    staleTime: 60_000,
  })

const sentence = (text: string) => (/[.!?…]$/.test(text) ? text : `${text}.`)

/** Why somebody may not, and whom to ask; null when they may. */
export function whyNot({ allowed, reason, who }: Permission): string | null {
  if (allowed) return null
  return [sentence(reason ?? 'You may not do this.'), who.length > 0 ? `Ask: ${who.join(', ')}.` : ''].join(' ').trim()
}

/** Whether the person may do it, and why not. Until that is known they may not; a failed question lets the server decide. */
export function usePermission(permission: string, on: Omit<Question, 'permission'> = {}): Permission {
  const { data, isError } = useQuery(permissionQuery({ permission, ...on }))
  if (isError) return { allowed: true, reason: null, who: [], pending: false }
  if (!data) return { allowed: false, reason: 'Looking up what you may do…', who: [], pending: true }
  return { allowed: data.allowed, reason: data.reason ?? null, who: data.holders, pending: false }
}
