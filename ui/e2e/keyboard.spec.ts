import { expect, test } from './kore'

test('the palette goes anywhere, and shortcuts go to pages', async ({ page }) => {
  await page.goto('/admin/teams')
  await expect(page.getByRole('heading', { level: 1, name: 'Teams' })).toBeVisible()
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('combobox', { name: 'Search or go to' })).toBeFocused()
  await page.keyboard.type('payments')
  await expect(page.getByRole('option', { name: /^payments ?Team$/, selected: true })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/teams\/payments$/)
  // The new page's heading has focus.
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused()
  await page.keyboard.press('g')
  await page.keyboard.press('c')
  await expect(page).toHaveURL(/\/teams\/payments\/clusters$/)
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible()
})
