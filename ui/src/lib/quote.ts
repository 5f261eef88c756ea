/** A word as shells read it: quoted where it must be. */
export function quote(word: string): string {
  if (word !== '' && /^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) return word
  return `'${word.replaceAll("'", `'\\''`)}'`
}

/** One argument, or a flag with its value; nothing when the value is empty. */
export type Argument = string | [flag: string, value: string | number | boolean | null | undefined]

/** A command line: `command(['kore', 'team', 'create'], 'payments', ['--description', text])`. */
export function command(words: readonly string[], ...rest: readonly Argument[]): string {
  const parts = words.map(quote)
  for (const argument of rest) {
    if (typeof argument === 'string') {
      parts.push(quote(argument))
      continue
    }
    const [flag, value] = argument
    if (value === true) parts.push(flag)
    else if (value !== false && value !== null && value !== undefined && value !== '') parts.push(flag, quote(String(value)))
  }
  return parts.join(' ')
}
