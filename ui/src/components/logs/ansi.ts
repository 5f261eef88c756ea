/** A colour: 0 to 255 of the terminal's table, or 0x1000000 and 24 bits of red, green and blue. */
export type Colour = number
export const TRUE_COLOUR = 0x1000000

/** How a piece of text looks. */
export interface Look {
  fg: Colour | null
  bg: Colour | null
  bold: boolean
  dim: boolean
  italic: boolean
  underline: boolean
  strike: boolean
  inverse: boolean
}

export const PLAIN: Look = Object.freeze({
  fg: null, bg: null, bold: false, dim: false, italic: false, underline: false, strike: false, inverse: false,
})

export interface Span {
  text: string
  look: Look
}

/** CSI sequences (the last group is what they do), OSC and other strings, shorter escapes, and bare control characters. */
// oxlint-disable-next-line no-control-regex
const ESCAPE = /\x1b\[([0-9:;<=>?]*)[ -/]*([@-~])|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\|$)|\x1b[ -/]*[0-~]?|[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f]/g

const isPlain = (line: string): boolean => !line.includes('\x1b') && !/[\x00-\x08\x0b-\x1f\x7f]/.test(line) // oxlint-disable-line no-control-regex

/** Numbers of an SGR sequence; colons make one parameter of several. */
function colour(parts: number[], at: number): [Colour | null, number] {
  const kind = parts[at + 1]
  if (kind === 5) return [Math.min(255, parts[at + 2] ?? 0), at + 2]
  if (kind !== 2) return [null, at + 1]
  const [r = 0, g = 0, b = 0] = parts.slice(at + 2, at + 5).map((value) => Math.min(255, value))
  return [TRUE_COLOUR | (r << 16) | (g << 8) | b, at + 4]
}

const FLAGS: Readonly<Record<number, Partial<Look>>> = {
  1: { bold: true }, 2: { dim: true }, 3: { italic: true }, 4: { underline: true }, 7: { inverse: true }, 9: { strike: true },
  21: { underline: true }, 22: { bold: false, dim: false }, 23: { italic: false }, 24: { underline: false }, 27: { inverse: false },
  29: { strike: false }, 39: { fg: null }, 49: { bg: null },
}

/** The look after an SGR sequence with these parameters. */
export function sgr(before: Look, parameters: string): Look {
  // 38:2::r:g:b has an empty place for a colour space, 38;2;r;g;b has not.
  const parts = parameters.replace(/([34]8):2:\d*:(\d*:\d*:\d*)/g, '$1;2;$2').replace(/4:0/g, '24').replace(/4:\d+/g, '4').split(/[;:]/).map(Number)
  let look = before
  for (let at = 0; at < parts.length; at += 1) {
    const code = parts[at] ?? 0
    if (code === 0 || Number.isNaN(code)) look = PLAIN
    else if (code === 38 || code === 48) {
      const [value, end] = colour(parts, at)
      if (value !== null) look = { ...look, [code === 38 ? 'fg' : 'bg']: value }
      at = end
    } else if (code >= 30 && code <= 37) look = { ...look, fg: code - 30 }
    else if (code >= 90 && code <= 97) look = { ...look, fg: code - 82 }
    else if (code >= 40 && code <= 47) look = { ...look, bg: code - 40 }
    else if (code >= 100 && code <= 107) look = { ...look, bg: code - 92 }
    else if (FLAGS[code]) look = { ...look, ...FLAGS[code] }
  }
  return look
}

/** The text without what is for terminals only. */
export const strip = (line: string): string => (isPlain(line) ? line : line.replace(ESCAPE, ''))

/** Where what is left of a line begins, after its carriage returns have written over the rest. */
export function cut(line: string): number {
  let end = line.length
  for (;;) {
    const at = line.lastIndexOf('\r', end - 1)
    if (at < 0) return 0
    if (strip(line.slice(at + 1, end)) !== '' || end === 0) return at + 1
    end = at
  }
}

/** What somebody reads of a line. */
export function visible(line: string): string {
  return isPlain(line) ? line : strip(line.includes('\r') ? line.slice(cut(line)) : line)
}

/** The look that a line leaves to the next one. */
export function lookAfter(line: string, before: Look): Look {
  if (!line.includes('\x1b[')) return before
  let look = before
  for (const [, parameters, final] of line.matchAll(ESCAPE)) if (final === 'm') look = sgr(look, parameters ?? '')
  return look
}

/** A line in pieces of one look each. */
export function spans(line: string, before: Look): Span[] {
  const from = line.includes('\r') ? cut(line) : 0
  let look = from > 0 ? lookAfter(line.slice(0, from), before) : before
  const rest = from > 0 ? line.slice(from) : line
  if (isPlain(rest)) return rest === '' ? [] : [{ text: rest, look }]
  const found: Span[] = []
  let last = 0
  const add = (end: number) => {
    if (end <= last) return
    const before_ = found.at(-1)
    if (before_ && before_.look === look) before_.text += rest.slice(last, end)
    else found.push({ text: rest.slice(last, end), look })
  }
  for (const match of rest.matchAll(ESCAPE)) {
    add(match.index)
    last = match.index + match[0].length
    if (match[2] === 'm') look = sgr(look, match[1] ?? '')
  }
  add(rest.length)
  return found
}
