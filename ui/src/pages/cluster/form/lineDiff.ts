export interface DiffLine {
  sign: ' ' | '+' | '-'
  text: string
}

/** What differs between two texts, line by line; for texts of some hundred lines. */
export function lineDiff(before: string, after: string): DiffLine[] {
  const [a, b] = [before.replace(/\n$/, '').split('\n'), after.replace(/\n$/, '').split('\n')]
  // lengths[i][j]: how many lines the rests from i and j have in common.
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1))
  const length = (i: number, j: number) => lengths[i]?.[j] ?? 0
  for (let i = a.length - 1; i >= 0; i -= 1) {
    const row = lengths[i]
    if (!row) continue
    for (let j = b.length - 1; j >= 0; j -= 1) row[j] = a[i] === b[j] ? length(i + 1, j + 1) + 1 : Math.max(length(i + 1, j), length(i, j + 1))
  }
  const lines: DiffLine[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ sign: ' ', text: a[i] ?? '' })
      i += 1
      j += 1
    } else if (i < a.length && (j >= b.length || length(i + 1, j) >= length(i, j + 1))) {
      lines.push({ sign: '-', text: a[i] ?? '' })
      i += 1
    } else {
      lines.push({ sign: '+', text: b[j] ?? '' })
      j += 1
    }
  }
  return lines
}

/** The lines that differ, with some around them; null stands for what is left out. */
export function narrowed(lines: readonly DiffLine[], around = 2): (DiffLine | null)[] {
  const near = lines.map((_, at) => lines.slice(Math.max(0, at - around), at + around + 1).some(({ sign }) => sign !== ' '))
  return lines.flatMap((line, at) => (near[at] ? [line] : at > 0 && near[at - 1] ? [null] : []))
}
