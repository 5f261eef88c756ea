import { AxeBuilder } from '@axe-core/playwright'
import { test as base, expect, type Page } from '@playwright/test'

const user = process.env.KORE_USER ?? 'admin'
const password = process.env.KORE_PASSWORD ?? ''

/** Signs in on the server's own page. */
export async function signIn(page: Page, name = user, secret = password): Promise<void> {
  await page.goto('/auth/login')
  if (page.url().includes('/auth/login')) {
    await page.locator('input[name="name"], input[name="username"]').first().fill(name)
    await page.locator('input[name="password"]').fill(secret)
    await page.getByRole('button', { name: /sign in/i }).first().click()
    await page.waitForURL((url) => !url.pathname.startsWith('/auth/login'))
  }
}

/** Fails for what automated rules of WCAG 2.2 A and AA find; `within` is for dialogs, which darken what is below. */
export async function expectAccessible(page: Page, within = 'body'): Promise<void> {
  // Colours on their way from one theme to the other are neither's. Nothing is waited for: an animation that is paused never ends.
  await page.evaluate(() => {
    for (const animation of document.getAnimations()) if (animation.effect?.getTiming().iterations !== Infinity) animation.finish()
  })
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
  // The mode for pages without frames, which ours are: it opens no page of its own, and takes half the time.
  // Without preloading: of a style sheet that is not there yet, axe would make one of its own, which the page's policy forbids.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().options({ preload: false }).include(within).withTags(tags).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`)).toEqual([])
}

/** Puts the page into a theme, as its machine would. */
export const inTheme = async (page: Page, colorScheme: 'light' | 'dark') => {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
  // That it changed is told with the next frame, which a page where nothing moves does not draw.
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(drawn)))
  await expect(page.locator('html')).toHaveClass(colorScheme === 'dark' ? /pf-v6-theme-dark/ : /^(?!.*pf-v6-theme-dark)/)
}

/** The same in the dark theme and in the light one, which the page is left in. */
export const expectAccessibleInBoth = async (page: Page, within?: string) => {
  for (const colorScheme of ['dark', 'light'] as const) {
    // One look after the other.
    // oxlint-disable-next-line no-await-in-loop
    await inTheme(page, colorScheme)
    // oxlint-disable-next-line no-await-in-loop
    await expectAccessible(page, within)
  }
}

/** A page that somebody is signed in on, and that fails the test when the browser complains. */
export const test = base.extend<{ page: Page }>({
  page: async ({ page }, provide, info) => {
    const complaints: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of [45]\d\d|net::ERR_(NETWORK_CHANGED|INTERNET_DISCONNECTED)/.test(message.text())) complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(String(error)))
    // Some begin with the session of an earlier sign-in.
    if ((await page.context().cookies()).length === 0) await signIn(page)
    await provide(page)
    // Of a test that failed, what the page told whoever sat before it.
    if (info.status !== info.expectedStatus) {
      const told = await page.locator('[role=dialog], [role=alert], .pf-v6-c-alert').allInnerTexts()
      await info.attach('told', { body: [new URL(page.url()).pathname, ...told].join(' · '), contentType: 'text/plain' })
    }
    expect(complaints).toEqual([])
  },
})

export { expect }
