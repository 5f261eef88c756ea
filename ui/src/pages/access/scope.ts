/** Where a role holds; the fields that are missing make it wider. */
export interface ScopeLike {
  team?: string | null
  cluster?: string | null
  namespace?: string | null
}

/** As the command line takes it: `platform`, `payments`, `payments/dev` or `payments/dev/web`. */
export function scopePath({ team, cluster, namespace }: ScopeLike): string {
  if (!team) return 'platform'
  return [team, cluster, namespace].filter(Boolean).join('/')
}

/** In words: "the platform", "team payments", "namespace web of payments/dev". */
export function scopeWords({ team, cluster, namespace }: ScopeLike): string {
  if (!team) return 'the platform'
  if (!cluster) return `team ${team}`
  return namespace ? `namespace ${namespace} of ${team}/${cluster}` : `cluster ${team}/${cluster}`
}

/** Only what is said. */
export function scopeOf({ team, cluster, namespace }: ScopeLike): { team?: string; cluster?: string; namespace?: string } {
  if (!team) return {}
  if (!cluster) return { team }
  return namespace ? { team, cluster, namespace } : { team, cluster }
}

/** A subject from what people type: `ana` is a person, `payments/ci` a robot. */
export function subjectOf(typed: string): string {
  const text = typed.trim()
  if (text === '' || /^(user|robot):/.test(text)) return text
  return text.includes('/') ? `robot:${text}` : `user:${text}`
}

/** A subject as people type it. */
export const subjectName = (subject: string): string => subject.replace(/^(user|robot):/, '')

/** A list from what people type, with commas, spaces or lines between. */
export const listOf = (typed: string): string[] => typed.split(/[\s,]+/).filter((word) => word !== '')

/** Minutes as the command line and people write them: `90m`, `8h`. */
export function minutesText(minutes: number): string {
  return minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`
}

/** Lengths of time that a role may be given for, as the command line writes them. Nothing is until it is taken away. */
export const TERMS = [
  { value: '', label: 'Until it is taken away' },
  { value: '1h', label: '1 hour' },
  { value: '8h', label: '8 hours' },
  { value: '24h', label: '1 day' },
  { value: '7d', label: '7 days' },
  { value: '30d', label: '30 days' },
  { value: '90d', label: '90 days' },
] as const

/** `8h` or `7d`, in hours. */
export function hours(term: string): number {
  const [, count = '0', unit] = /^(\d+)([hd])$/.exec(term) ?? []
  return Number(count) * (unit === 'd' ? 24 : 1)
}

/** The instant so long after another one, as the API takes it. */
export function after(term: string, now: Date): string | undefined {
  if (hours(term) === 0) return undefined
  return new Date(Math.floor(now.getTime() / 1000) * 1000 + hours(term) * 3_600_000).toISOString().replace('.000', '')
}
