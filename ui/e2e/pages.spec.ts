import { expectFewCalls } from './calls'
import { expect, expectAccessible, inTheme } from './kore'
import { PAGES, test } from './places'

// Recording each page takes longer than looking at it.
test.use({ trace: 'off' })

for (const path of PAGES) {
  test(`${path} opens with few requests, in the light theme and in the dark one`, async ({ page, resolved }, info) => {
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
    await expectFewCalls(page, path, resolved(path))
    await expect(page).toHaveTitle(/Kore$/)
    for (const colorScheme of ['light', 'dark'] as const) {
      await inTheme(page, colorScheme)
      if (process.env.KORE_SHOTS !== undefined) await page.screenshot({ path: info.outputPath(`${colorScheme}.png`), fullPage: true })
      await expectAccessible(page)
    }
  })
}

test('an unknown address says so', async ({ page }) => {
  await page.goto('/nothing/here')
  await expect(page.getByRole('heading', { name: 'Not found' })).toBeVisible()
  await page.goto('/teams/no-such-team/clusters')
  await expect(page.getByRole('heading', { name: 'There is no such team' })).toBeVisible()
})
