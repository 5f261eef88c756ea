declare const __VERSION__: string

/** The console's own version. */
export const VERSION: string = typeof __VERSION__ === 'string' ? __VERSION__ : '0.0.0'

/** What the header `kore-client` says; the server takes writes with a cookie only from pages that send it. */
export const CLIENT = `console/${VERSION}`
