const FACTORS: Record<string, number> = {
  n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18,
  Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60,
}

/** A quantity as Kubernetes writes it (`500m`, `2Gi`, `1e3`), as a number; null when it is none. */
export function quantity(text: string | undefined): number | null {
  const found = /^\s*([+-]?(?:\d+\.?\d*|\.\d+))(?:(e[+-]?\d+)|([numkMGTPE]|[KMGTPE]i))?\s*$/i.exec(text ?? '')
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

/** Bytes for people: "3.2 GiB". */
export function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
  const at = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(value) / 10))
  const shown = value / 2 ** (10 * at)
  return `${shown >= 100 || at === 0 ? Math.round(shown) : Number(shown.toFixed(1))} ${units[at]}`
}

/** MiB for people; nothing at all is nothing of what memory is counted in. */
export const memory = (mib: number): string => (mib === 0 ? '0 GiB' : bytes(mib * 2 ** 20))

/** A resource's amount for people, by the name that Kubernetes has for the resource. */
export function amount(resource: string, text: string | undefined): string {
  const value = quantity(text)
  if (value === null) return text ?? '–'
  if (/memory|storage/.test(resource)) return value === 0 ? '0 GiB' : bytes(value)
  return String(Number(value.toFixed(2)))
}

/** Numbers with the unit that a parameter has, for people: `4096` in `MiB` is "4 GiB", `1` of `nodes` is "1 node". */
export function measured(text: string | number, unit: string | null | undefined): string {
  if (!unit) return String(text)
  if (unit === 'MiB') return String(text).replace(/\d+/g, (mib) => memory(Number(mib)))
  return `${text} ${String(text) === '1' ? unit.replace(/s$/, '') : unit}`
}
