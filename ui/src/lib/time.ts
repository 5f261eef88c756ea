const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'long' })

/** As "3 minutes ago" or "in 2 hours". */
export function ago(instant: Date, now: Date): string {
  const seconds = Math.round((instant.getTime() - now.getTime()) / 1000)
  for (const [unit, length] of UNITS) {
    if (Math.abs(seconds) >= length) return relative.format(Math.trunc(seconds / length), unit)
  }
  return Math.abs(seconds) < 10 ? 'just now' : relative.format(seconds, 'second')
}

/** A length of time, as "1m 12s" or "0.4s". */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000
  if (seconds < 10) return `${seconds.toFixed(1)}s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole}s`
  const [days, hours] = [Math.floor(whole / 86_400), Math.floor((whole % 86_400) / 3600)]
  const [minutes, rest] = [Math.floor((whole % 3600) / 60), whole % 60]
  if (days > 0) return hours > 0 ? `${days}d ${hours}h` : `${days}d`
  if (hours > 0) return minutes > 0 ? `${hours}h ${minutes}m` : `${hours}h`
  return rest > 0 ? `${minutes}m ${rest}s` : `${minutes}m`
}

/** The instant in full, in the zone that somebody likes. */
export function absolute(instant: Date, zone: 'local' | 'utc'): string {
  return new Intl.DateTimeFormat('en-GB', {
    dateStyle: 'medium',
    timeStyle: 'long',
    timeZone: zone === 'utc' ? 'UTC' : undefined,
  }).format(instant)
}

/** Hours and minutes, in the zone that somebody likes. */
export function clock(instant: Date, zone: 'local' | 'utc'): string {
  const options = { hour: '2-digit', minute: '2-digit', timeZone: zone === 'utc' ? 'UTC' : undefined } as const
  return new Intl.DateTimeFormat('en-GB', options).format(instant)
}

/** An instant of the API, if it is one. */
export function instant(text: string | null | undefined): Date | null {
  if (!text) return null
  const date = new Date(text)
  return Number.isNaN(date.getTime()) ? null : date
}
