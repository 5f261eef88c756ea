import type { Page } from '@playwright/test'
import { expect } from './kore'

/** At most so many requests until a page has what it shows. */
const LIMIT = 5

/** Pages that need more, and why. */
const ALLOWED: Record<string, { calls: number; reason: string }> = {
  '/teams/payments/clusters/dev/workloads': { calls: 8, reason: 'Kubernetes lists one kind a request, and five kinds are workloads' },
}

const STREAM = /^GET (\/api\/v1\/events|.*[?&]watch=)/

/** Opens a page, waits until it has asked for nothing for half a second, and says what it has asked for: method and address, in
 * their order, each once. The streams of events are not among them; where the machine's network changes, they are cut, and what
 * a page had read is read again. */
async function counted(page: Page, path: string): Promise<string[]> {
  const calls = new Set<string>()
  let under = 0
  let last = Date.now()
  // The page of the sign-in may still ask.
  await page.goto('about:blank')
  const isCall = (url: string) => /^\/(api|k8s)\//.test(new URL(url).pathname)
  page.on('request', (request) => {
    if (!isCall(request.url())) return
    const { pathname, search } = new URL(request.url())
    const line = `${request.method()} ${pathname}${decodeURIComponent(search)}`
    if (STREAM.test(line)) return
    calls.add(line)
    under += 1
    const ended = () => {
      under -= 1
      last = Date.now()
    }
    void request.response().then(async (response) => response?.finished()).then(ended, ended)
  })
  await page.goto(path)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await expect(page.locator('.kore-loading')).toHaveCount(0)
  last = Date.now()
  await expect.poll(() => under === 0 && Date.now() - last > 500, { intervals: [100] }).toBe(true)
  page.removeAllListeners('request')
  return [...calls]
}

/** What the rows of the page's lists are called. */
const rows = async (page: Page): Promise<string[]> => {
  const cells = await page.locator('tbody tr').evaluateAll((all) => all.map((row) => row.querySelector('a, th, td')?.textContent.trim() ?? ''))
  return [...new Set(cells.filter((text) => /^[\w.@/-]{2,}$/.test(text)))]
}

/** Requests that are the same but for the name of a row. */
function perRow(calls: readonly string[], names: readonly string[]): string[] {
  const shapes = new Map<string, Set<string>>()
  for (const call of calls) {
    for (const name of names) {
      const parts = call.split(/([/?&=,])/)
      if (!parts.includes(name)) continue
      const shape = parts.map((part) => (part === name ? '{row}' : part)).join('')
      shapes.set(shape, (shapes.get(shape) ?? new Set()).add(name))
    }
  }
  return [...shapes].filter(([, of]) => of.size > 1).map(([shape, of]) => `${shape}: ${[...of].join(', ')}`)
}

/** Opens a page, which may ask for no more than `LIMIT` things, and for nothing once for each row. */
export async function expectFewCalls(page: Page, path: string, address: string): Promise<void> {
  const calls = await counted(page, address)
  expect(perRow(calls, await rows(page)), 'requests for each row').toEqual([])
  const limit = ALLOWED[path]?.calls ?? LIMIT
  expect(calls.length, `more than ${limit}:\n${calls.join('\n')}`).toBeLessThanOrEqual(limit)
}
