import type { Locator, Page } from '@playwright/test'
import { expect } from './kore'

const focused = (control: Locator) => control.evaluateAll((found) => found.some((one) => one === document.activeElement))

/** What has focus, in words, for a failure. */
const where = (page: Page) =>
  page.evaluate(() => {
    const at = document.activeElement
    return at ? `${at.tagName.toLowerCase()} “${(at.getAttribute('aria-label') ?? at.textContent ?? '').trim().slice(0, 60)}”` : 'nothing'
  })

/** Tabs until a control has focus, and fails when it does not come within so many steps. */
export async function tabTo(page: Page, control: Locator, most = 60, key = 'Tab'): Promise<void> {
  await expect(control.first()).toBeVisible()
  const way: string[] = []
  for (let step = 0; step <= most; step += 1) {
    // One key after the other.
    // oxlint-disable-next-line no-await-in-loop
    if (await focused(control)) return
    // oxlint-disable-next-line no-await-in-loop
    await page.keyboard.press(key)
    // oxlint-disable-next-line no-await-in-loop
    way.push(await where(page))
  }
  throw new Error(`${most} times ${key} do not lead to ${control}; the way was ${way.join(', ')}`)
}

/** Tabs to a control and presses a key there. */
export async function press(page: Page, control: Locator, key: 'Enter' | 'Space' = 'Enter', most?: number): Promise<void> {
  await tabTo(page, control, most)
  await page.keyboard.press(key)
}
