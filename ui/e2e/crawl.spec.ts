import type { Locator, Page, Request } from '@playwright/test'
import { expect } from './kore'
import { TEAM, test } from './places'

const headers = { 'kore-client': 'console/e2e' }
const name = `g-viewer-${Date.now().toString(36)}`
const password = 'quiet-harbour-walnut-77'
const MOST = 80

/** Buttons that end what the crawler is doing, or that belong to the frame around pages. */
const LEFT_ALONE = /sign out|navigation|search or go to|keyboard help|account of|updates:|team:|copy|theme/i

/** One page of each kind: what is the name of something is left out. */
const KINDS = ['teams', 'clusters', 'namespaces', 'members', 'robots', 'plans', 'policies', 'users', 'role', 'providers', 'operations', 'nodes', 'pods', 'workloads']
const FIXED = new Set(['new', '-', 'invitations', 'draft', 'compare', 'bindings', 'reservations', 'connect', 'edit'])
function kindOf(address: string): string {
  const parts = address.split(/[?#]/)[0]?.split('/') ?? []
  return parts.map((part, at) => (KINDS.includes(parts[at - 1] ?? '') && !FIXED.has(part) && !KINDS.includes(part) ? '*' : part)).join('/')
}

async function viewer(admin: Page): Promise<Page> {
  const send = async (path: string, data?: object) => {
    const answer = await admin.request.post(path, { headers, data })
    expect(answer.ok(), `POST ${path}: ${await answer.text()}`).toBe(true)
    return (await answer.json()) as { url?: string }
  }
  await send('/api/v1/users', { metadata: { name }, spec: {} })
  const { url } = await send(`/api/v1/users/${name}/claim`)
  await send(`/api/v1/teams/${TEAM}/memberships`, { metadata: { name }, spec: { role: 'viewer' } })
  const context = await admin.context().browser()?.newContext({ baseURL: new URL(admin.url()).origin, viewport: { width: 1440, height: 900 }, storageState: { cookies: [], origins: [] } })
  if (!context) throw new Error('no browser')
  const page = await context.newPage()
  await page.goto(new URL(String(url)).pathname)
  await page.locator('#password').fill(password)
  await page.locator('#again').fill(password)
  await page.getByRole('button', { name: /set password/i }).click()
  await page.waitForURL((at) => !at.pathname.startsWith('/auth/claim'))
  return page
}

const nameOf = async (control: Locator) => (await control.getAttribute('aria-label')) ?? (await control.innerText()).trim()
const pressable = ':not([disabled]):not([aria-disabled="true"]):not([role="tab"]):not([role="switch"])'

/** Names of what can be pressed on the page, which is not a link. */
async function controls(page: Page): Promise<string[]> {
  const all = await page.locator(`main button${pressable}:visible`).all()
  const names = await Promise.all(all.map(nameOf))
  return [...new Set(names)].filter((text) => text !== '' && !LEFT_ALONE.test(text)).slice(0, 12)
}

class Crawl {
  readonly findings: string[] = []
  readonly refusedReads = new Set<string>()
  readonly visited: string[] = []
  pressed = 0
  private refused: string[] = []
  private at = ''
  private control = ''

  constructor(private readonly page: Page) {
    const { origin } = new URL(page.url())
    page.on('request', (request) => {
      if (/^https?:/.test(request.url()) && new URL(request.url()).origin !== origin) this.found(`a request to elsewhere, ${request.url()}`)
    })
    page.on('response', (response) => {
      if (response.status() === 403) this.seen(response.request())
    })
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of [45]\d\d/.test(message.text())) this.found(`the console said: ${message.text()}`)
    })
    page.on('pageerror', (error) => this.found(String(error)))
  }

  private found(what: string) {
    this.findings.push(`${this.at}${this.control && `, after “${this.control}”`}: ${what}`)
  }

  private seen(request: Request) {
    this.refused.push(`${request.method()} ${new URL(request.url()).pathname}`)
  }

  /** What was refused meanwhile: fine where it was read, and the page says so. */
  private async judge() {
    const refused = this.refused.splice(0)
    if (refused.length === 0) return
    const isSaid = await this.page.getByText('You may not see this').first().isVisible()
    for (const request of refused) {
      if (isSaid && request.startsWith('GET')) this.refusedReads.add(`${this.at}: ${request}`)
      else this.found(`403 for ${request}`)
    }
  }

  private async settled() {
    await expect(this.page.getByRole('heading', { level: 1 })).toBeVisible({ timeout: 20_000 })
    await expect(this.page.locator('.kore-loading')).toHaveCount(0, { timeout: 20_000 })
    await this.page.waitForTimeout(150)
  }

  private async open(path: string) {
    this.control = ''
    await this.page.goto(path)
    await this.settled()
  }

  /** Looks at a page, presses what can be pressed on it, and says where it leads to. */
  async visit(path: string): Promise<string[]> {
    this.at = path
    this.visited.push(path)
    await this.open(path)
    if (!(await this.page.title()).endsWith('Kore')) this.found(`the title is “${await this.page.title()}”`)
    await this.judge()
    const links = await this.page.locator('a[href^="/"]').evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''))
    // One thing after the other: it is one browser.
    for (const control of await controls(this.page)) {
      // oxlint-disable-next-line no-await-in-loop
      await this.press(path, control)
    }
    return links.filter((link) => !/^\/(auth|api|k8s)\//.test(link))
  }

  /** Opens a dialog or a menu, presses what a menu offers, and goes back to where it was. */
  private async press(path: string, control: string, item?: string): Promise<void> {
    const before = this.page.url()
    this.control = item ? `${control}: ${item}` : control
    this.pressed += 1
    const button = this.page.locator(`main button${pressable}:visible`).filter({ hasText: control }).or(this.page.locator('main').getByRole('button', { name: control, exact: true })).first()
    if (!(await button.isVisible())) return
    await button.click({ timeout: 5000 })
    await this.page.waitForTimeout(100)
    const items = this.page.locator(`[role=menuitem]${pressable}:visible`)
    if (item !== undefined) {
      await items.filter({ hasText: item }).first().click({ timeout: 5000 })
      await this.settled()
    }
    const offered = item === undefined ? await Promise.all((await items.all()).map(nameOf)) : []
    // What a dialog asks for is not there: the server's answer to what is missing is no refusal. What would end things of
    // the person's own (to leave the team, to end sessions) is only opened.
    const confirm = this.page.locator(`[role=dialog] footer button.pf-m-primary${pressable}`).first()
    if (await confirm.isVisible()) {
      await confirm.click({ timeout: 5000 })
      await this.page.waitForTimeout(200)
    }
    await this.judge()
    const isClean = offered.length === 0 && this.page.url() === before && (await this.page.locator('[role=dialog]:visible, [role=menuitem]:visible').count()) === 0
    if (!isClean) await this.open(path)
    for (const each of offered) {
      // oxlint-disable-next-line no-await-in-loop
      await this.press(path, control, each)
    }
  }
}

test('a viewer meets no control that is enabled and ends in a refusal, on any page', async ({ page, resolved }, info) => {
  test.setTimeout(900_000)
  expect(resolved('/')).toBe('/')
  const theirs = await viewer(page)
  const crawl = new Crawl(theirs)
  try {
    const known = new Map<string, string>()
    const queue: string[] = []
    const add = (link: string) => {
      if (known.size >= MOST || known.has(kindOf(link))) return
      known.set(kindOf(link), link)
      queue.push(link)
    }
    for (const start of [`/teams/${TEAM}`, '/account', '/operations']) add(start)
    for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
      // oxlint-disable-next-line no-await-in-loop
      for (const link of await crawl.visit(path)) add(link)
    }
    expect(crawl.visited.length).toBeGreaterThan(10)
  } finally {
    const report = [`${crawl.visited.length} pages, ${crawl.pressed} controls`, ...crawl.visited, '', 'Reads that are refused, and said to be:', ...crawl.refusedReads]
    await info.attach('crawl', { body: report.join('\n'), contentType: 'text/plain' })
    await theirs.context().close()
    await page.request.delete(`/api/v1/teams/${TEAM}/memberships/${name}`, { headers: { ...headers, 'if-match': '*' } })
    await page.request.delete(`/api/v1/users/${name}`, { headers: { ...headers, 'if-match': '*' } })
  }
  expect(crawl.findings).toEqual([])
})
