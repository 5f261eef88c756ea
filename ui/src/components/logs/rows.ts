import { visible } from './ansi'
import { cells, textOf, type Lines } from './lines'

/** Elements cannot be higher than this in every browser. */
const HIGHEST = 12_000_000

/** Which rows of the screen lines take: one each, or as many as it takes to wrap them. */
export class Rows {
  /** Where each line begins, with one more for the end; only when lines wrap. */
  #starts = new Float64Array(1024)
  #count = 0
  #first = 0
  #columns: number | null = null

  constructor(readonly lines: Lines) {}

  /** Takes in lines that are new; `columns` places fit beside each other, null where lines do not wrap. */
  update(columns: number | null): void {
    if (columns !== this.#columns || this.#first !== this.lines.first || this.#first + this.#count > this.lines.end) {
      this.#columns = columns
      this.#first = this.lines.first
      this.#count = 0
    }
    if (columns === null) return
    const count = this.lines.end - this.lines.first
    if (count + 1 > this.#starts.length) {
      const more = new Float64Array(Math.max(count + 1, this.#starts.length * 2))
      more.set(this.#starts)
      this.#starts = more
    }
    for (let at = this.#count; at < count; at += 1) {
      const text = textOf(this.lines.line(this.#first + at))
      const width = text.length <= columns / 8 ? 1 : cells(visible(text))
      this.#starts[at + 1] = (this.#starts[at] ?? 0) + Math.max(1, Math.ceil(width / columns))
    }
    this.#count = count
  }

  get total(): number {
    return this.#columns === null ? this.lines.end - this.lines.first : (this.#starts[this.#count] ?? 0)
  }

  /** The first row of a line. */
  rowOf(number: number): number {
    const at = Math.max(0, number - this.lines.first)
    return this.#columns === null ? at : (this.#starts[Math.min(at, this.#count)] ?? 0)
  }

  height(number: number): number {
    return this.#columns === null ? 1 : this.rowOf(number + 1) - this.rowOf(number)
  }

  /** The line that is in a row. */
  lineAt(row: number): number {
    if (this.#columns === null) return this.lines.first + Math.max(0, Math.min(Math.floor(row), this.total - 1))
    let [low, high] = [0, this.#count]
    while (low < high - 1) {
      const middle = (low + high) >> 1
      if ((this.#starts[middle] ?? 0) <= row) low = middle
      else high = middle
    }
    return this.lines.first + low
  }
}

/** How far a scroll bar of bearable height goes, for more rows than browsers can stack. */
export function scale(rows: number, rowHeight: number, view: number): { height: number; toTop: (scroll: number) => number; toScroll: (top: number) => number } {
  const real = rows * rowHeight
  const height = Math.min(real, HIGHEST)
  const factor = height >= real || height <= view ? 1 : (real - view) / (height - view)
  return { height, toTop: (scroll) => scroll * factor, toScroll: (top) => top / factor }
}
