import { timeOf } from './lines'

/** The second that an instant of a log is in: what `sinceTime` can say. */
const secondOf = (time: string): string => time.replace(/\.\d+/, '')

/**
 * Joins what comes after a reconnect to what there was. The log can be asked for from a second on only, so the lines
 * of that second come again: those that are already there are left out, however often they were said.
 */
export class Resume {
  #last = ''
  /** The lines of the last second, and how often each came. */
  #recent: string[] = []
  #again: Map<string, number> | null = null

  /** For `sinceTime`; null when nothing has come yet. */
  get since(): string | null {
    return this.#last === '' ? null : secondOf(this.#last)
  }

  /** From now on, lines come from `since` on. */
  reconnected(): void {
    this.#again = new Map()
    for (const line of this.#recent) this.#again.set(line, (this.#again.get(line) ?? 0) + 1)
  }

  /** The lines of these that are new. */
  take(lines: readonly string[]): readonly string[] {
    const fresh = this.#again ? lines.filter((line) => this.#isFresh(line)) : lines
    this.#remember(fresh)
    return fresh
  }

  #isFresh(line: string): boolean {
    if (!this.#again) return true
    const time = timeOf(line)
    if (time > this.#last) {
      this.#again = null
      return true
    }
    const left = this.#again.get(line) ?? 0
    if (left > 0) {
      this.#again.set(line, left - 1)
      return false
    }
    // Before the last second everything was there; within it, this one was not.
    return secondOf(time) === secondOf(this.#last)
  }

  #remember(lines: readonly string[]): void {
    let begin = lines.length
    const last = lines.findLast((line) => timeOf(line) !== '')
    if (last === undefined) return
    const second = secondOf(timeOf(last))
    while (begin > 0 && secondOf(timeOf(lines[begin - 1] ?? '')) === second) begin -= 1
    if (begin > 0 || second !== secondOf(this.#last)) this.#recent = []
    for (let at = begin; at < lines.length; at += 1) this.#recent.push(lines[at] ?? '')
    this.#last = timeOf(last)
  }
}

/** Cuts what comes into lines; the rest of one waits for what follows. */
export class Cutter {
  #rest = ''

  take(text: string): string[] {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    return lines
  }

  /** What is left when nothing more comes. */
  end(): string[] {
    const rest = this.#rest
    this.#rest = ''
    return rest === '' ? [] : [rest]
  }
}
