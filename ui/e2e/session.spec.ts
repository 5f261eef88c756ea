import { expect, signIn, test } from './kore'

test('a session that ends takes nothing away', async ({ page, context }) => {
  await page.goto('/admin/teams')
  await page.getByRole('button', { name: 'Create team' }).click()
  await page.locator('#field-name').fill('half-typed')
  await context.clearCookies()
  await page.locator('#field-description').fill('still here')
  await page.getByRole('dialog').getByRole('button', { name: 'Create team' }).click()
  const ended = page.getByRole('dialog', { name: 'Your session has ended' })
  await expect(ended).toBeVisible()
  const [popup] = await Promise.all([context.waitForEvent('page'), ended.getByRole('button', { name: 'Sign in' }).click()])
  await popup.waitForLoadState()
  await signIn(popup).catch(() => {})
  // It closes, and the request goes on by itself.
  await expect(ended).toBeHidden({ timeout: 15_000 })
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(page.getByRole('link', { name: 'half-typed' })).toBeVisible()
  await page.getByRole('button', { name: 'Actions of half-typed' }).click()
  await page.getByRole('menuitem', { name: 'Delete…' }).click()
  await page.locator('#field-confirm').fill('half-typed')
  await page.getByRole('button', { name: 'Delete team' }).click()
  await expect(page.getByRole('link', { name: 'half-typed' })).toBeHidden({ timeout: 20_000 })
})
