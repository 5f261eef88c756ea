const FACTORS: Record<string, number> = {
  n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18,
  Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60,
}

/** A quantity as Kubernetes writes it (`500m`, `2Gi`, `1e3`), as a number; null when it is none. */
export function quantity(text: string): number | null {
  const found = /^\s*([+-]?(?:\d+\.?\d*|\.\d+))(?:(e[+-]?\d+)|([numkMGTPE]|[KMGTPE]i))?\s*$/i.exec(text)
  if (!found) return null
  const [, digits = '', exponent = '', suffix = ''] = found
  const factor = FACTORS[suffix]
  return factor === undefined ? null : Number(`${digits}${exponent}`) * factor
}

/** How much of something is used, in percent; null when there is no saying. */
export function share(used: string | number, hard: string | number | null | undefined): number | null {
  const [part, whole] = [used, hard].map((value) => (typeof value === 'string' ? quantity(value) : (value ?? null)))
  if (part === null || part === undefined || whole === null || whole === undefined) return null
  if (whole <= 0) return part > 0 ? 100 : 0
  return Math.min(100, Math.max(0, (part / whole) * 100))
}
