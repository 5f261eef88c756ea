/** How often a style sheet is asked for again, and how long after the last time at first. */
const ATTEMPTS = 5
const FIRST_WAIT = 1000

const NOT_LOADED = /^Unable to preload CSS for (.+)$/

/**
 * A page whose style sheet does not come, as the network changed just then, shows without it, and gets it afterwards.
 * Without this nothing of the page would show, and what was typed beside it could be lost by loading it again.
 */
export function mendStylesheets(): void {
  globalThis.addEventListener('vite:preloadError', (event) => {
    const { payload } = event as Event & { payload?: unknown }
    const href = payload instanceof Error ? NOT_LOADED.exec(payload.message)?.[1] : undefined
    if (href === undefined) return
    event.preventDefault()
    add(href, ATTEMPTS, FIRST_WAIT)
  })
}

function add(href: string, attempts: number, wait: number): void {
  if (attempts === 0) return
  setTimeout(() => {
    const link = document.createElement('link')
    link.rel = 'stylesheet'
    link.href = href
    link.addEventListener('error', () => {
      link.remove()
      add(href, attempts - 1, wait * 2)
    })
    document.head.append(link)
  }, wait)
}
