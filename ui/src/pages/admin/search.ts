const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)
const number = (value: unknown) => (Number.isInteger(Number(value)) && Number(value) > 0 ? Number(value) : undefined)

/** Which version of a plan is looked at. */
export const versionSearch = (given: Record<string, unknown>): { version?: number } => ({ version: number(given.version) })

/** Which versions are compared. */
export const compareSearch = (given: Record<string, unknown>): { from?: number; to?: number } => ({ from: number(given.from), to: number(given.to) })

/** Of which plan the matrix is. */
export const matrixSearch = (given: Record<string, unknown>): { plan?: string } => ({ plan: text(given.plan) })
