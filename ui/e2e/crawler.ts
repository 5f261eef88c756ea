import type { Locator, Page, Request } from '@playwright/test'
import { act, fillIn, namesOf } from './controls'
import { expect } from './kore'
import { Quiet } from './quiet'

/** What ends what the crawler is doing, or belongs to the frame around pages. */
const LEFT_ALONE = /sign out|navigation|search or go to|keyboard help|account of|updates:|team:|^copy|theme|leave/i
const ENABLED = ':not(:disabled, [aria-disabled="true"]):visible'
const CONTROLS = ['button', '[role=button]', 'summary', 'input[type=checkbox]', 'input[type=radio]', 'select'].map((one) => `main ${one}${ENABLED}`).join(', ')
const OFFERED = `[role=menuitem]${ENABLED}`
const CONFIRM = `[role=dialog] footer :is(.pf-m-primary, .pf-m-danger)${ENABLED}`
const OVER = '[role=dialog]:visible, [role=menu]:visible, [role=listbox]:visible'
const REFUSED = /^You may not (see|do) this$/
/** On one page. More is a finding: nothing is left out in silence. */
const MOST = 60

interface Refusal {
  at: string
  /** After a control, which may not lead there; otherwise the page itself asked. */
  isPressed: boolean
  isRead: boolean
  request: string
  id: string
}

/** Somebody who looks at pages, presses what can be pressed, and writes down what is not as it should be. */
export class Crawler {
  readonly findings: string[] = []
  /** Reads that were refused, and said to be. */
  readonly said = new Set<string>()
  readonly visited: string[] = []
  pressed = 0
  private path = ''
  private control = ''
  private refusals: Refusal[] = []
  /** So many parts of the page may not be seen, before anything is pressed. */
  private refused = 0

  private constructor(private readonly page: Page, private readonly quiet: Quiet) {
    page.setDefaultTimeout(60_000)
    const { origin } = new URL(page.url())
    page.on('request', (request) => {
      if (/^https?:/.test(request.url()) && new URL(request.url()).origin !== origin) this.found(`a request to elsewhere, ${request.url()}`)
      void this.follow(request)
    })
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of [45]\d\d/.test(message.text())) this.found(`the console said: ${message.text()}`)
    })
    page.on('pageerror', (error) => this.found(String(error)))
  }

  static async on(page: Page): Promise<Crawler> {
    return new Crawler(page, await Quiet.of(page))
  }

  private get at() {
    return `${this.path}${this.control && `, after “${this.control}”`}`
  }

  private found(what: string) {
    this.findings.push(`${this.at}: ${what}`)
  }

  private async follow(request: Request) {
    const { at, control, path } = this
    // What the page before still asks while the next one is opened is that one's.
    const from = request.isNavigationRequest() ? path : `${new URL(request.frame().url()).pathname}${new URL(request.frame().url()).search}`
    const response = await request.response().catch(() => null)
    if (response?.status() !== 403) return
    const { pathname } = new URL(request.url())
    this.refusals.push({
      at: control === '' && this.visited.includes(from) ? from : at, isPressed: control !== '', isRead: request.method() === 'GET', request: `${request.method()} ${pathname}`, id: response.headers()['x-request-id'] ?? '',
    })
  }

  /** What was refused meanwhile: a page may ask for what the person may not see, and says so; a control may not. */
  private async judge() {
    await this.quiet.come()
    const refusals = this.refusals.splice(0)
    if (refusals.length === 0) return
    const text = await this.page.locator('body').innerText()
    // What was read twice is said of the last time.
    for (const { at, isPressed, isRead, request, id } of refusals) {
      if (isRead && !isPressed && id !== '' && text.includes(id)) this.said.add(`${at}: ${request}`)
    }
    for (const { at, isPressed, isRead, request } of refusals) {
      if (!isRead || isPressed || !this.said.has(`${at}: ${request}`)) this.findings.push(`${at}: 403 for ${request}`)
    }
  }

  private async open() {
    this.control = ''
    await this.page.goto(this.path)
    await expect(this.page.getByRole('heading', { level: 1 })).toBeVisible()
    await this.judge()
    this.refused = await this.page.getByText(REFUSED).count()
  }

  /** Looks at a page, presses what can be pressed on it, and says where it leads to. */
  /** Looks at a page, and presses what is on it, if that is asked for; where its links lead. */
  async visit(path: string, isPressed: boolean): Promise<string[]> {
    this.path = path
    this.visited.push(path)
    return this.look(isPressed).catch((error: unknown) => {
      this.found(`it could not be looked at: ${String(error).slice(0, 600)}`)
      return []
    })
  }

  private async look(isPressed: boolean): Promise<string[]> {
    await this.open()
    if (!(await this.page.title()).endsWith('Kore')) this.found(`the title is “${await this.page.title()}”`)
    const links = await this.page.locator('a[href^="/"]').evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''))
    const there = links.filter((link) => !/^\/(auth|api|k8s)\//.test(link))
    if (!isPressed) return there
    const done = new Set<string>()
    const first = await this.left(done)
    await this.pressAll(done)
    // What was there at first, and went before its turn.
    if (first.some((name) => !done.has(name))) {
      await this.open()
      await this.pressAll(done)
    }
    return there
  }

  private async left(done: ReadonlySet<string>): Promise<string[]> {
    const names = await namesOf(this.page.locator(CONTROLS))
    return [...new Set(names)].filter((name) => !done.has(name) && !LEFT_ALONE.test(name))
  }

  /** One thing after the other, what comes to light with them too: it is one browser. */
  private async pressAll(done: Set<string>) {
    for (let [name] = await this.left(done); name !== undefined; [name] = await this.left(done)) {
      if (done.size >= MOST) return this.found(`more than ${MOST} controls: ${(await this.left(done)).join(', ')}`)
      done.add(name)
      await this.press(name).catch((error: unknown) => this.found(`it could not be pressed: ${String(error).slice(0, 300)}`))
    }
  }

  /** Presses a control, or what its menu offers; says yes to what that asks; and goes back to where it was. */
  private async press(name: string, item?: string): Promise<void> {
    this.control = item === undefined ? name : `${name}: ${item}`
    this.pressed += 1
    await this.push(this.page.locator(CONTROLS), name)
    if (item !== undefined) await this.push(this.page.locator(OFFERED), item)
    await this.judge()
    if ((await this.page.getByText(REFUSED).count()) > this.refused) this.found('it leads to what the person may not see or do')
    const offered = item === undefined ? (await namesOf(this.page.locator(OFFERED))).filter((one) => !LEFT_ALONE.test(one)) : []
    const confirm = this.page.locator(CONFIRM).first()
    if (await confirm.isVisible()) {
      await fillIn(this.page.getByRole('dialog'))
      await confirm.click()
      await this.judge()
    }
    await this.goBack()
    for (const each of offered) await this.press(name, each)
  }

  private async push(among: Locator, name: string) {
    const at = (await namesOf(among)).indexOf(name)
    if (at < 0) throw new Error('it is gone')
    await act(among.nth(at))
  }

  private isThere = () => new URL(this.page.url()).pathname === this.path.split(/[?#]/)[0]

  private async goBack() {
    const over = this.page.locator(OVER)
    for (let step = 0; step < 2 && (await over.count()) > 0; step += 1) {
      await this.page.keyboard.press('Escape')
      await this.quiet.come()
    }
    if ((await over.count()) === 0 && this.isThere()) return
    await this.page.goBack()
    if ((await over.count()) > 0 || !this.isThere()) await this.open()
    else await this.judge()
  }
}
