import { memo, type CSSProperties } from 'react'
import { spans, type Look } from './ansi'
import { paintOf } from './colours'
import { marked } from './find'
import { textOf, timeOf } from './lines'

interface Props {
  line: string
  look: Look
  number: number
  height: number
  expression: RegExp | null
  isCurrent: boolean
  /** How a time is written; null where none is shown. */
  stamp: ((time: string) => string) | null
}

const wordsOf = ({ bold, italic, underline, strike }: Look) =>
  [bold && 'kore-log-bold', italic && 'kore-log-italic', underline && 'kore-log-under', strike && 'kore-log-strike'].filter(Boolean)

/** One line of a log. */
export const LogRow = memo(function LogRow({ line, look, number, height, expression, isCurrent, stamp }: Props) {
  return (
    <div className={isCurrent ? 'kore-log-row kore-log-current' : 'kore-log-row'} style={{ height }} data-line={number}>
      {stamp && <span className="kore-log-time">{stamp(timeOf(line))} </span>}
      {marked(spans(textOf(line), look), expression).map(({ text, look: is, mark }, at) => {
        const paint = mark ? undefined : paintOf(is)
        const words = [...wordsOf(is), ...(paint ? ['kore-log-ink'] : [])]
        const style = paint as CSSProperties | undefined
        // Pieces of a line have no names but their place.
        // oxlint-disable-next-line react/no-array-index-key
        if (mark) return <mark key={at} className={words.join(' ')}>{text}</mark>
        // oxlint-disable-next-line react/no-array-index-key
        return words.length > 0 ? <span key={at} className={words.join(' ')} style={style}>{text}</span> : text
      })}
    </div>
  )
})
