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

/** Lengths of time that a role may be given for. `null` is until it is taken away. */
export const TERMS = [
  { value: '', label: 'Until it is taken away', hours: null },
  { value: '8h', label: '8 hours', hours: 8 },
  { value: '24h', label: '1 day', hours: 24 },
  { value: '7d', label: '7 days', hours: 168 },
  { value: '30d', label: '30 days', hours: 720 },
  { value: '90d', label: '90 days', hours: 2160 },
] as const

/** A length of time as the command line takes it, which knows of hours and no days. */
export const termFlag = (term: string): string => {
  const hours = TERMS.find(({ value }) => value === term)?.hours
  return hours ? `${hours}h` : ''
}

/** The instant so long after another one, as the API takes it. */
export function after(term: string, now: Date): string | undefined {
  const hours = TERMS.find(({ value }) => value === term)?.hours
  if (!hours) return undefined
  return new Date(Math.floor(now.getTime() / 1000) * 1000 + hours * 3_600_000).toISOString().replace('.000', '')
}
