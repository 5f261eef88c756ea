import { visible, type Span } from './ansi'
import { textOf, type Lines } from './lines'

/** What somebody looks for, as an expression; case counts only when they write capitals. */
export function pattern(query: string): RegExp | null {
  if (query === '') return null
  return new RegExp(query.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), query === query.toLowerCase() ? 'gi' : 'g')
}

const AT_ONCE = 40_000

/** Looks through lines piece by piece, so that nothing waits for it, and through those that come later. */
export class Find {
  readonly found: number[] = []
  #next: number

  constructor(
    readonly lines: Lines,
    readonly pattern: RegExp,
  ) {
    this.#next = lines.first
  }

  /** All but what has just come has been looked through. */
  get isDone(): boolean {
    return this.lines.end - this.#next < AT_ONCE
  }

  /** Looks on until something is found; false when nothing is. */
  any(): boolean {
    while (this.found.length === 0 && this.step());
    return this.found.length > 0
  }

  /** Looks on; true when there is more to look through. */
  step(): boolean {
    const until = Math.min(this.lines.end, Math.max(this.#next, this.lines.first) + AT_ONCE)
    for (let number = Math.max(this.#next, this.lines.first); number < until; number += 1) {
      this.pattern.lastIndex = 0
      if (this.pattern.test(visible(textOf(this.lines.line(number))))) this.found.push(number)
    }
    this.#next = until
    return this.#next < this.lines.end
  }
}

/** The place in an ordered list of the first number that is not smaller. */
export function placeOf(numbers: readonly number[], number: number): number {
  let [low, high] = [0, numbers.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((numbers[middle] ?? 0) < number) low = middle + 1
    else high = middle
  }
  return low
}

export interface Piece extends Span {
  mark: boolean
}

/** Pieces of a line, cut where what is looked for begins and ends. */
export function marked(spans: readonly Span[], expression: RegExp | null): Piece[] {
  if (!expression) return spans.map((span) => ({ ...span, mark: false }))
  const text = spans.map((span) => span.text).join('')
  expression.lastIndex = 0
  const edges = [...text.matchAll(expression)].map((match) => [match.index, match.index + match[0].length] as const)
  if (edges.length === 0) return spans.map((span) => ({ ...span, mark: false }))
  const pieces: Piece[] = []
  let begin = 0
  for (const { text: part, look } of spans) {
    const end = begin + part.length
    const cuts = new Set([begin, end])
    for (const edge of edges.flat()) if (edge > begin && edge < end) cuts.add(edge)
    const places = [...cuts].toSorted((a, b) => a - b)
    for (let at = 0; at + 1 < places.length; at += 1) {
      const [from = 0, to = 0] = [places[at], places[at + 1]]
      const mark = edges.some(([a, b]) => from >= a && to <= b)
      pieces.push({ text: text.slice(from, to), look, mark })
    }
    begin = end
  }
  return pieces
}
