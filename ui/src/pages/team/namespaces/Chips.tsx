/** Words in small frames. */
export function Chips({ words, none }: { words: readonly string[]; none: string }) {
  if (words.length === 0) return <span className="kore-closed">{none}</span>
  return (
    <span className="kore-words">
      {words.map((word) => (
        <span key={word} className="kore-chip">
          {word}
        </span>
      ))}
    </span>
  )
}
