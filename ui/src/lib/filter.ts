/** One term of a list's `filter`, in the server's own grammar. */
export interface Term {
  field: string
  operator: '=' | '!=' | '~' | '>=' | '<=' | '>' | '<'
  value: string
}

const TERM = /^\s*([A-Za-z][\w.-]*)\s*(!=|>=|<=|==|=|~|>|<)\s*(?:"((?:[^"\\]|\\.)*)"|([^,"]*?))\s*(?:,|$)/

/** The terms of a filter; what cannot be read ends it. */
export function parseFilter(text: string): Term[] {
  const terms: Term[] = []
  let rest = text
  while (rest.trim() !== '') {
    const match = TERM.exec(rest)
    if (!match) break
    const [whole, field = '', operator = '=', quoted, plain = ''] = match
    const value = quoted === undefined ? plain : quoted.replace(/\\(.)/g, '$1')
    terms.push({ field, operator: (operator === '==' ? '=' : operator) as Term['operator'], value })
    rest = rest.slice(whole.length)
  }
  return terms
}

/** The filter that says these terms. */
export function formatFilter(terms: readonly Term[]): string {
  const value = (text: string) =>
    /[,"\\]|^\s|\s$/.test(text) ? `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"` : text
  return terms.map((term) => `${term.field}${term.operator}${value(term.value)}`).join(',')
}

/** The value that a filter asks of a field with this operator. */
export function valueOf(text: string, field: string, operator: Term['operator']): string {
  return parseFilter(text).find((term) => term.field === field && term.operator === operator)?.value ?? ''
}

/** The filter with another value for a field; an empty one takes the term away. */
export function withValue(text: string, field: string, operator: Term['operator'], value: string): string {
  const others = parseFilter(text).filter((term) => term.field !== field || term.operator !== operator)
  return formatFilter(value === '' ? others : [...others, { field, operator, value }])
}
