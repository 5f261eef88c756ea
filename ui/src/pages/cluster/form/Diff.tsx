import { useMemo } from 'react'
import { lineDiff, narrowed } from './lineDiff'

const WORDS = { '+': 'added', '-': 'taken away', ' ': '' } as const

/** What differs between two texts. */
export function Diff({ before, after }: { before: string; after: string }) {
  const lines = useMemo(() => narrowed(lineDiff(before, after)), [before, after])
  return (
    // It scrolls, so the keyboard must reach it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <pre className="kore-line-diff" tabIndex={0} aria-label="Lines that differ">
      {lines.map((line, at) => (
        <span key={at} className={line === null ? 'kore-line-diff-gap' : line.sign === '+' ? 'kore-line-diff-new' : line.sign === '-' ? 'kore-line-diff-gone' : undefined}>
          {line === null ? '⋯' : `${line.sign} ${line.text}`}
          {line && line.sign !== ' ' && <span className="pf-v6-screen-reader"> ({WORDS[line.sign]})</span>}
          {'\n'}
        </span>
      ))}
    </pre>
  )
}
