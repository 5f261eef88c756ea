/** Labels as lines, `key=value`; Kore's own are not for people to change. */
export const labelLines = (labels: Readonly<Record<string, string>> | undefined): string =>
  Object.entries(labels ?? {})
    .filter(([key]) => !key.startsWith('kore.internal/'))
    .map(([key, value]) => `${key}=${value}`)
    .toSorted()
    .join('\n')

/** The labels that lines say, over Kore's own. A line without `=` is a label without a value. */
export function labelsOf(text: string, before: Readonly<Record<string, string>> | undefined): Record<string, string> {
  const own = Object.entries(before ?? {}).filter(([key]) => key.startsWith('kore.internal/'))
  const said = text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line): [string, string] => {
      const at = line.indexOf('=')
      return at < 0 ? [line, ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()]
    })
  return Object.fromEntries([...own, ...said])
}
