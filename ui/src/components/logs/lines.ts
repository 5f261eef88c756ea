import { createStore } from '@/lib/store'
import { lookAfter, PLAIN, visible, type Look } from './ansi'

/** A line as it came: the time, a blank, and the text. */
export function timeOf(line: string): string {
  const at = line.indexOf(' ')
  return at > 18 && /^\d{4}-\d\d-\d\dT/.test(line) ? line.slice(0, at) : ''
}

export function textOf(line: string): string {
  const time = timeOf(line)
  return time === '' ? line : line.slice(time.length + 1)
}

/** How many places a text takes: two for what East Asian writing and pictures take, eight for a tab. */
export function cells(text: string): number {
  // oxlint-disable-next-line no-control-regex
  if (!/[^\x20-\x7e]/.test(text)) return text.length
  let count = 0
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    if (code === 9) count += 8
    else if ((code >= 0x300 && code <= 0x36f) || (code >= 0x200b && code <= 0x200f) || (code >= 0xfe00 && code <= 0xfe0f)) continue
    else if ((code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0xa4cf) || (code >= 0xac00 && code <= 0xd7a3) || (code >= 0xf900 && code <= 0xfaff) || (code >= 0xfe30 && code <= 0xfe6f) || (code >= 0xff00 && code <= 0xff60) || (code >= 0x1f300 && code <= 0x1faff)) count += 2
    else count += 1
  }
  return count
}

/** A browser can hold so much without becoming slow. */
const MOST_LINES = 1_200_000
const MOST_CHARACTERS = 400_000_000
const DROP = 100_000

/** Lines of a log in the order they came. Numbers of lines count what has been let go too. */
export class Lines {
  /** Changes with what is in it. */
  readonly version = createStore(0)
  readonly #most: number
  #lines: string[] = []
  #looks = new Map<number, Look>()
  #next: Look = PLAIN
  #base = 0
  #characters = 0
  #widest = 0

  constructor(most = MOST_LINES) {
    this.#most = most
  }

  /** The number of the first line that is still there. */
  get first(): number {
    return this.#base
  }
  /** The number after the last line. */
  get end(): number {
    return this.#base + this.#lines.length
  }
  /** Places of the widest line. */
  get widest(): number {
    return this.#widest
  }

  /** The line of this number, with its time. */
  line(number: number): string {
    return this.#lines[number - this.#base] ?? ''
  }
  /** How text looks where the line begins. */
  look(number: number): Look {
    return this.#looks.get(number) ?? PLAIN
  }

  append(lines: readonly string[]): void {
    if (lines.length === 0) return
    for (const line of lines) {
      if (this.#next !== PLAIN) this.#looks.set(this.end, this.#next)
      this.#lines.push(line)
      this.#characters += line.length
      if (line.includes('\x1b[')) this.#next = lookAfter(line, this.#next)
      if (line.length > this.#widest) this.#widest = Math.max(this.#widest, cells(visible(textOf(line))))
    }
    if (this.#lines.length > this.#most || this.#characters > MOST_CHARACTERS) this.#letGo()
    this.version.set(this.version.get() + 1)
  }

  clear(): void {
    this.#lines = []
    this.#looks.clear()
    this.#next = PLAIN
    this.#base = this.#characters = this.#widest = 0
    this.version.set(this.version.get() + 1)
  }

  #letGo(): void {
    const count = Math.max(this.#lines.length - this.#most, Math.min(DROP, Math.ceil(this.#lines.length / 10)))
    for (const line of this.#lines.splice(0, count)) this.#characters -= line.length
    for (let number = this.#base; number < this.#base + count; number += 1) this.#looks.delete(number)
    this.#base += count
  }
}
