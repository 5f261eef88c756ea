/** A text in which `words` between backticks are code. */
export function Prose({ text }: { text: string }) {
  // Parts of a text have no other name than their place.
  // oxlint-disable-next-line react/no-array-index-key
  return text.split('`').map((part, place) => (place % 2 === 1 ? <code key={place}>{part}</code> : part))
}
