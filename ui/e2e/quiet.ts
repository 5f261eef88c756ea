import type { Page, Request } from '@playwright/test'
import { expect } from './kore'

/** What stays open for as long as a page is looked at, and the script of the stream's worker, whose end the page is not told. */
const STREAM = /\/api\/v1\/events|[?&](watch|follow)=|\/(exec|attach|portforward)\b|\/assets\/worker-/
/** What pages do within so many milliseconds they do at once, and it is waited for: the preview that is asked for when somebody
 * has stopped typing. */
const SOON = 500

/** In the page: what is due soon comes now, and is counted until then. */
function hasten(most: number) {
  const [set, clear] = [window.setTimeout.bind(window), window.clearTimeout.bind(window)]
  const due = new Set<number>()
  const begin = (act: TimerHandler, after?: number, ...more: unknown[]) => {
    const isSoon = (after ?? 0) <= most
    const id: number = set(() => {
      due.delete(id)
      if (typeof act === 'function') (act as (...all: unknown[]) => void)(...more)
    }, isSoon ? Math.min(after ?? 0, 1) : after)
    if (isSoon) due.add(id)
    return id
  }
  const end = (id?: number) => {
    if (id !== undefined) due.delete(id)
    clear(id)
  }
  Object.assign(window, { setTimeout: begin, clearTimeout: end, koreDue: due })
}

/** In the page, after two frames: what React has to draw is drawn by then, and what that asks for is asked. */
const waitedFor = () =>
  new Promise<number>((resolve) => {
    const { koreDue } = window as unknown as { koreDue?: Set<number> }
    const count = () => resolve((koreDue?.size ?? 0) + document.querySelectorAll('.kore-loading').length)
    requestAnimationFrame(() => requestAnimationFrame(count))
  })

/** Knows when a page waits for nothing: no request is under way, nothing is due, nothing loads. */
export class Quiet {
  private readonly under = new Set<Request>()

  private constructor(private readonly page: Page) {
    page.on('request', (request) => {
      if (STREAM.test(request.url())) return
      this.under.add(request)
      const done = () => this.under.delete(request)
      void request.response().then(async (response) => response?.finished()).then(done, done)
    })
    // Where another page begins, the one before asks for nothing more; the browser does not always say so.
    page.on('response', (response) => {
      const request = response.request()
      if (!request.isNavigationRequest() || request.frame() !== page.mainFrame()) return
      for (const earlier of this.under) if (earlier !== request) this.under.delete(earlier)
    })
  }

  static async of(page: Page): Promise<Quiet> {
    await page.addInitScript(hasten, SOON)
    await page.emulateMedia({ reducedMotion: 'reduce' })
    return new Quiet(page)
  }

  async come(): Promise<void> {
    const left = async () => {
      const inPage = await this.page.evaluate(waitedFor)
      return [...(inPage > 0 ? [`${inPage} things of the page`] : []), ...[...this.under].map((request) => `${request.method()} ${request.url()}`)]
    }
    await expect.poll(left, { intervals: [20] }).toEqual([])
  }
}
