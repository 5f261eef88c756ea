import type { Page } from '@playwright/test'
import { Crawler } from './crawler'
import { expect } from './kore'
import { call, cleanUp, makePerson, PASSWORD, windowOf } from './people'
import { PAGES, TEAM, test } from './places'

// What it finds it writes down; a trace of all of it takes longer than the crawl itself.
test.use({ trace: 'off' })

/** With so many findings it ends, before its time is up, and says what they are. */
const ENOUGH = 10

/** Every page is looked at each time. Controls are pressed on all of them in the long run, else on one in so many: which, the seed says. */
const ONE_IN = process.env.KORE_SOAK === undefined ? 4 : 1
const SEED = Number(process.env.KORE_SEED ?? Math.floor(Math.random() * ONE_IN))

/** One page of each kind: what is the name of something is left out. */
const KINDS = ['teams', 'clusters', 'namespaces', 'members', 'robots', 'plans', 'policies', 'users', 'role', 'providers', 'clouds', 'accounts', 'account-rules', 'operations', 'nodes', 'pods', 'workloads']
const FIXED = new Set(['new', '-', 'invitations', 'draft', 'compare', 'bindings', 'reservations', 'connect', 'edit'])
function kindOf(address: string): string {
  const parts = address.split(/[?#]/)[0]?.split('/') ?? []
  return parts.map((part, at) => (KINDS.includes(parts[at - 1] ?? '') && !FIXED.has(part) && !KINDS.includes(part) ? '*' : part)).join('/')
}

/** Signs in on a page of its own, that counts from its beginning. */
async function signedIn(page: Page, name: string): Promise<void> {
  await page.goto('/')
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL((at) => at.pathname === `/teams/${TEAM}`)
}

test('a viewer meets no control that is enabled and ends in a refusal, on any page', async ({ page: admin, browser, baseURL, resolved }, info) => {
  test.setTimeout(2_400_000)
  const name = `g-viewer-${Date.now().toString(36)}`
  await makePerson(admin, browser, name, baseURL)
  await call(admin, 'POST', `/api/v1/teams/${TEAM}/memberships`, { metadata: { name }, spec: { role: 'viewer' } })
  const page = await windowOf(browser, baseURL, [])
  await signedIn(page, name)
  const crawler = await Crawler.on(page)
  const took: string[] = []
  try {
    // Where links lead to, one page of each kind; and every page by its address, whether a link leads there or not.
    const known = new Set<string>()
    const queue: string[] = []
    const add = (link: string, kind: string) => {
      if (known.has(kind)) return
      known.add(kind)
      queue.push(link)
    }
    for (const path of PAGES) {
      known.add(kindOf(resolved(path)))
      queue.push(resolved(path))
    }
    for (let path = queue.shift(); path !== undefined && crawler.findings.length < ENOUGH; path = queue.shift()) {
      const [begun, before] = [Date.now(), crawler.pressed]
      const isPressed = (crawler.visited.length + SEED) % ONE_IN === 0
      for (const link of await crawler.visit(path, isPressed)) add(link, kindOf(link))
      took.push(`${path}: ${crawler.pressed - before} controls, ${Date.now() - begun} ms`)
    }
  } finally {
    const report = [`KORE_SEED=${SEED}: ${crawler.visited.length} pages, ${crawler.pressed} controls`, ...took, '', 'Reads that are refused, and said to be:', ...crawler.said]
    await info.attach('crawl', { body: report.join('\n'), contentType: 'text/plain' })
    await page.context().close()
    await cleanUp(admin, { people: [name], paths: [`/api/v1/teams/${TEAM}/memberships/${name}`] })
  }
  expect(crawler.findings, `KORE_SEED=${SEED}`).toEqual([])
  // It looked, and it pressed.
  expect(crawler.visited.length).toBeGreaterThanOrEqual(PAGES.length)
  expect(crawler.pressed).toBeGreaterThan(100 / ONE_IN)
})
