import { expect, expectAccessible, test } from './kore'
import { TEAM } from './places'

const CLOUD = 'browser-cloud'
const RULE = 'browser-rule'

test('a cloud is connected after what it takes is shown, checked, given a rule and deleted', async ({ page }) => {
  await page.goto('/admin/clouds')
  await page.getByRole('button', { name: 'Connect a cloud' }).first().click()
  await expect(page.getByRole('heading', { name: 'Connect AWS' })).toBeVisible()
  await page.getByText('makes accounts, organizational units and their guardrails').click()
  await expect(page.getByLabel('policy of organization', { exact: true })).toContainText('organizations:CreateAccount')
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download kore-management.json' }).click()
  expect((await download).suggestedFilename()).toBe('kore-management.json')

  await page.getByRole('textbox', { name: 'Name' }).fill(CLOUD)
  await page.getByRole('textbox', { name: 'Management account' }).fill('1234')
  await page.getByRole('textbox', { name: 'Home region' }).fill('eu-central-1')
  await page.getByRole('textbox', { name: 'Organizational unit' }).fill('ou-ab12-cdefgh34')
  await page.getByRole('textbox', { name: 'Address of accounts' }).fill('aws+{account}@example.org')
  await page.getByRole('button', { name: 'Connect cloud' }).click()
  await expect(page.getByText('is no account: it has 12 digits').first()).toBeVisible()
  await page.getByRole('textbox', { name: 'Management account' }).fill('000000000002')
  await page.getByRole('button', { name: 'Connect cloud' }).click()

  await expect(page.getByRole('heading', { name: CLOUD })).toBeVisible()
  const checks = page.getByRole('grid', { name: `Checks of ${CLOUD}` })
  await expect(checks.getByRole('row', { name: /kore-org-close/ })).toContainText('Not checked')
  await page.getByRole('button', { name: 'Check now' }).click()
  await expect(page.getByText(/AWS cannot reach the issuer/).first()).toBeVisible()
  // Nothing is kept where nobody could look.
  await expect(page.getByRole('region', { name: 'What Kore keeps there' })).toContainText('Nothing yet')
  await expectAccessible(page)

  await page.goto('/admin/account-rules/-/new')
  await page.getByRole('textbox', { name: 'Name' }).fill(RULE)
  await page.getByRole('combobox', { name: 'Cloud' }).selectOption(CLOUD)
  await page.getByRole('textbox', { name: 'Stages' }).fill('browser')
  await page.getByRole('textbox', { name: 'Priority' }).fill('900')
  await page.getByRole('button', { name: 'Create rule' }).click()
  await expect(page.getByRole('heading', { name: RULE })).toBeVisible()
  await page.getByRole('combobox', { name: 'Team' }).selectOption(TEAM)
  await page.getByRole('textbox', { name: 'Stage', exact: true }).fill('browser')
  await expect(page.getByText('Rule of this page holds for')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Create this account…' })).toBeVisible()

  const gone = async (action: string, name: string) => {
    await page.getByRole('button', { name: `Actions of ${name}` }).click()
    await page.getByRole('menuitem', { name: action }).click()
    await page.getByRole('textbox', { name: `Type ${name} to confirm` }).fill(name)
    await page.getByRole('dialog').getByRole('button', { name: /^Delete/ }).click()
  }
  await page.goto(`/admin/clouds/${CLOUD}`)
  await gone('Delete…', CLOUD)
  await expect(page.getByRole('dialog').getByText('It has made nothing there yet')).toBeVisible()
  await expect(page.getByRole('dialog').getByText('is used by account rules')).toBeVisible()
  await page.goto(`/admin/account-rules/${RULE}`)
  await gone('Delete…', RULE)
  await expect(page).toHaveURL(/\/admin\/account-rules$/)
  await page.goto(`/admin/clouds/${CLOUD}`)
  await gone('Delete…', CLOUD)
  await expect(page).toHaveURL(/\/admin\/clouds$/)
  await expect(page.getByRole('link', { name: CLOUD })).toHaveCount(0)
})
