/** Lengths of time to choose from, as the command line writes them. */
export const EXPIRIES = [
  { value: '', label: 'Until it is taken away' },
  { value: '1h', label: 'An hour' },
  { value: '8h', label: '8 hours' },
  { value: '24h', label: 'A day' },
  { value: '7d', label: 'A week' },
  { value: '30d', label: '30 days' },
]

/** `8h` or `7d`, in hours. */
export function hours(text: string): number {
  const [, count = '0', unit] = /^(\d+)([hd])$/.exec(text) ?? []
  return Number(count) * (unit === 'd' ? 24 : 1)
}

/** The moment so many hours from now, to the minute, as the API writes it. */
export const until = (count: number, now: Date): string => {
  const minute = 60_000
  return new Date(Math.floor(now.getTime() / minute) * minute + count * 60 * minute).toISOString().replace('.000', '')
}
