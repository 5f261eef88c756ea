import { expect, expectAccessible, test } from './kore'

test('a team is made, found, and deleted', async ({ page }) => {
  const name = `smoke-${Date.now().toString(36)}`
  await page.goto('/admin/teams')
  await page.getByRole('button', { name: 'Create team' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.locator('#field-name')).toBeFocused()
  await dialog.locator('#field-name').fill('Not a name')
  await dialog.getByRole('button', { name: 'Create team' }).click()
  // What the server says is at the top, with focus, and next to the field.
  await expect(dialog.locator('.kore-summary')).toBeFocused()
  await expect(dialog.locator('#field-name')).toHaveAttribute('aria-invalid', 'true')
  await expectAccessible(page, '[role=dialog]')

  await dialog.locator('#field-name').fill(name)
  await dialog.getByRole('button', { name: 'Show me the command' }).click()
  await expect(dialog.locator('pre')).toHaveText(`kore team create ${name}`)
  await dialog.getByRole('button', { name: 'Create team' }).click()
  await expect(dialog).toBeHidden()

  await page.getByRole('textbox', { name: 'Name contains' }).fill(name)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/filter=name(~|%7E)/)
  await expect(page.getByRole('link', { name })).toBeVisible()
  await page.getByRole('button', { name: `Actions of ${name}` }).click()
  await page.getByRole('menuitem', { name: 'Delete…' }).click()
  await page.locator('#field-confirm').fill(name)
  await page.getByRole('button', { name: 'Delete team' }).click()
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(page.getByRole('heading', { name: 'Nothing matches this filter' })).toBeVisible()
})
