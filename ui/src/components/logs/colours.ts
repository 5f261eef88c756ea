import { TRUE_COLOUR, type Colour, type Look } from './ansi'

type Rgb = readonly [number, number, number]

/** What logs are written on and with; `logs.css` has the same. */
export const THEMES = {
  light: { paper: [255, 255, 255], ink: [27, 31, 42], quiet: [89, 96, 112] },
  dark: { paper: [23, 27, 36], ink: [230, 233, 240], quiet: [154, 163, 181] },
} as const satisfies Record<string, Record<string, Rgb>>
export type Theme = keyof typeof THEMES

/** The sixteen that have names; terminals show them alike. */
const NAMED: readonly Rgb[] = [
  [60, 64, 72], [205, 49, 49], [13, 140, 80], [170, 120, 0], [36, 100, 220], [175, 50, 175], [10, 140, 170], [130, 136, 148],
  [110, 116, 128], [241, 76, 76], [35, 180, 100], [220, 170, 20], [70, 140, 245], [214, 100, 214], [40, 180, 205], [200, 205, 214],
]
const STEPS = [0, 95, 135, 175, 215, 255] as const

/** A colour of the terminal's table, or a true one. */
export function rgb(colour: Colour): Rgb {
  if (colour >= TRUE_COLOUR) return [(colour >> 16) & 255, (colour >> 8) & 255, colour & 255]
  const named = NAMED[colour]
  if (named) return named
  if (colour >= 232) {
    const grey = 8 + (colour - 232) * 10
    return [grey, grey, grey]
  }
  const at = colour - 16
  const step = (index: number) => STEPS[index % 6] ?? 0
  return [step(Math.floor(at / 36)), step(Math.floor(at / 6)), step(at)]
}

function luminance([r, g, b]: Rgb): number {
  const linear = (value: number) => {
    const part = value / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

/** The contrast of two colours, as WCAG counts it. */
export function contrast(one: Rgb, other: Rgb): number {
  const [a, b] = [luminance(one), luminance(other)]
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}

const AA = 4.5
const mix = (one: Rgb, other: Rgb, part: number): Rgb => {
  const at = (index: 0 | 1 | 2) => Math.round(one[index] + (other[index] - one[index]) * part)
  return [at(0), at(1), at(2)]
}

/** The colour, or the nearest one to it that can be read on this paper. */
export function legible(ink: Rgb, paper: Rgb): Rgb {
  if (contrast(ink, paper) >= AA) return ink
  const [black, white]: [Rgb, Rgb] = [[0, 0, 0], [255, 255, 255]]
  const end = contrast(black, paper) > contrast(white, paper) ? black : white
  let [low, high] = [0, 1]
  for (let round = 0; round < 10; round += 1) {
    const middle = (low + high) / 2
    if (contrast(mix(ink, end, middle), paper) >= AA) high = middle
    else low = middle
  }
  return mix(ink, end, high)
}

/** Ink and paper of a look in a theme; null where they are the theme's own. */
export function paint(look: Look, theme: Theme): { ink: Rgb | null; paper: Rgb | null } {
  const own = THEMES[theme]
  let ink: Rgb | null = look.fg === null ? null : rgb(look.fg)
  let paper: Rgb | null = look.bg === null ? null : rgb(look.bg)
  if (look.inverse) [ink, paper] = [paper ?? own.paper, ink ?? own.ink]
  if (look.dim && ink === null) ink = own.quiet
  if (ink === null && paper === null) return { ink, paper }
  return { ink: legible(ink ?? own.ink, paper ?? own.paper), paper }
}

const css = (colour: Rgb | null): string | undefined => (colour ? `rgb(${colour.join(' ')})` : undefined)
const known = new Map<string, Record<string, string> | undefined>()

/** The look as values for `logs.css`, of both themes; undefined for text without colours. */
export function paintOf(look: Look): Record<string, string> | undefined {
  if (look.fg === null && look.bg === null && !look.inverse && !look.dim) return undefined
  const key = `${look.fg} ${look.bg} ${look.inverse} ${look.dim}`
  if (!known.has(key)) {
    const [light, dark] = [paint(look, 'light'), paint(look, 'dark')]
    const values = { '--l': css(light.ink), '--d': css(dark.ink), '--lp': css(light.paper), '--dp': css(dark.paper) }
    known.set(key, Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined)))
    if (known.size > 5000) known.clear()
  }
  return known.get(key)
}
