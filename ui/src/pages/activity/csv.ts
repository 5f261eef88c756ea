import type { AuditRecord } from '@/api/kinds/audit'

/** The columns, in the order in which the command line writes them. */
const COLUMNS = ['at', 'id', 'actor', 'action', 'team', 'object', 'result', 'status', 'code', 'source', 'address', 'requestId', 'detail', 'changes'] as const

const FORMULA = /^ *[=+\-@\t\r\n＝＋－＠]/

/** Names and details come from whoever asked: what a spreadsheet would take for a formula gets a ' before it. */
const cell = (text: string): string => (FORMULA.test(text) ? `'${text}` : text)

/** A row (RFC 4180). */
const row = (cells: readonly string[]): string =>
  `${cells.map((text) => (/[,"\r\n]/.test(text) || text.trim() !== text ? `"${text.replaceAll('"', '""')}"` : text)).join(',')}\r\n`

function text(record: AuditRecord, column: (typeof COLUMNS)[number]): string {
  const value = record[column]
  if (value === null || value === undefined) return ''
  return typeof value === 'object' ? (value.length === 0 ? '' : JSON.stringify(value)) : String(value)
}

export type Format = 'csv' | 'jsonl'

export const heading = (format: Format): string => (format === 'csv' ? row(COLUMNS) : '')

export const written = (record: AuditRecord, format: Format): string =>
  format === 'csv' ? row(COLUMNS.map((column) => cell(text(record, column)))) : `${JSON.stringify(record)}\n`
