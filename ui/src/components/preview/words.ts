import type { Schema } from '@/api/types'
import { counted, titleOf } from '@/lib/quota'

/** A value in a few words. */
export function plain(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  if (typeof value === 'string') return value === '' ? 'empty' : value
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) return value.length > 0 ? value.join(', ') : 'none'
  return JSON.stringify(value)
}

/** A line of a quota as people read it. */
export function quotaWords({ quota, used, asked = 0, limit }: Schema<'QuotaLine'>) {
  const say = (amount: number) => counted(quota, amount)
  return {
    title: titleOf(quota),
    used: say(used),
    asked: asked > 0 ? say(asked) : null,
    limit: typeof limit === 'number' ? say(limit) : null,
    isOver: typeof limit === 'number' && used + asked > limit,
    share: typeof limit === 'number' && limit > 0 ? { used: Math.min(1, used / limit), asked: Math.min(1, asked / limit) } : null,
  }
}

/** Why nothing at all could be looked at, when that is so of every check, and for the same reason. */
export function unseen({ checks }: Schema<'Preflight'>): string | null {
  const reasons = new Set(checks.flatMap(({ result, detail = [] }) => (result === 'unknown' ? detail : [''])))
  const [reason] = reasons
  return reasons.size === 1 && reason ? reason.replace(/^could not be looked at: /, '') : null
}
