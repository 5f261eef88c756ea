import { expect, expectAccessible } from './kore'
import { PAGES, test } from './places'

for (const scheme of ['light', 'dark'] as const) {
  for (const path of PAGES) {
    test(`${path} opens, in the ${scheme} theme`, async ({ page, resolved }, info) => {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
      await page.goto(resolved(path))
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible({ timeout: 20_000 })
      await expect(page).toHaveTitle(/Kore$/)
      await expect(page.locator('.kore-loading')).toHaveCount(0, { timeout: 20_000 })
      await page.screenshot({ path: info.outputPath('page.png'), fullPage: true })
      await expectAccessible(page)
    })
  }
}

test('an unknown address says so', async ({ page }) => {
  await page.goto('/nothing/here')
  await expect(page.getByRole('heading', { name: 'Not found' })).toBeVisible()
  await page.goto('/teams/no-such-team/clusters')
  await expect(page.getByRole('heading', { name: 'There is no such team' })).toBeVisible()
})
