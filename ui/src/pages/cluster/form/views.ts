/** How a document is shown. */
export const VIEWS = ['form', 'yaml', 'cli'] as const
export type View = (typeof VIEWS)[number]
