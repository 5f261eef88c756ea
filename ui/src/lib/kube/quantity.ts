const FACTORS: Record<string, number> = {
  n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18,
  Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60,
}

/** A quantity of Kubernetes as a number; null when it is none. */
export function quantity(text: string | undefined): number | null {
  const match = /^([+-]?\d*\.?\d+)(?:[eE]([+-]?\d+))?(n|u|m|k|Ki|M|Mi|G|Gi|T|Ti|P|Pi|E|Ei)?$/.exec(text?.trim() ?? '')
  if (!match) return null
  return Number(match[1]) * 10 ** Number(match[2] ?? 0) * (FACTORS[match[3] ?? ''] ?? 1)
}

/** Bytes for people: "3.2 GiB". */
export function bytes(amount: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
  const at = amount < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(amount) / 10))
  const value = amount / 2 ** (10 * at)
  return `${value >= 100 || at === 0 ? Math.round(value) : Number(value.toFixed(1))} ${units[at]}`
}

/** A resource's amount for people, by the resource's name. */
export function amount(resource: string, text: string | undefined): string {
  const value = quantity(text)
  if (value === null) return text ?? '–'
  if (/memory|storage/.test(resource)) return bytes(value)
  return String(Number(value.toFixed(2)))
}
