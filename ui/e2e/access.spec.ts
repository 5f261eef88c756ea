import type { Browser, Page } from '@playwright/test'
import { expect, expectAccessible, test } from './kore'

const headers = { 'kore-client': 'console/e2e' }
const stamp = Date.now().toString(36)
const [user, team, role] = [`b-ana-${stamp}`, `b-team-${stamp}`, `b-role-${stamp}`]
const PASSWORD = 'quiet-harbour-walnut-77'

/** Asks the API with the page's own session; for what is no part of the story. */
async function call(page: Page, method: string, path: string, data?: unknown) {
  const response = await page.request.fetch(path, { method, data, headers: { ...headers, ...(method === 'DELETE' && { 'if-match': '*' }) } })
  expect(response.ok() || response.status() === 404, await response.text()).toBe(true)
}

/** Sets the password behind a claim link, and is signed in by that. */
async function claimed(browser: Browser, link: string, baseURL: string): Promise<Page> {
  const page = await (await browser.newContext({ baseURL })).newPage()
  await page.goto(new URL(link).pathname)
  for (const field of await page.locator('input[type=password]').all()) await field.fill(PASSWORD)
  await page.getByRole('button').first().click()
  await page.waitForURL((url) => !url.pathname.startsWith('/auth/claim'))
  return page
}

const menu = async (page: Page, of: string, item: string) => {
  await page.getByRole('button', { name: `Actions of ${of}` }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

test.describe.configure({ mode: 'serial' })
test.afterAll(async ({ browser }, info) => {
  const { signIn } = await import('./kore')
  const page = await (await browser.newContext({ baseURL: info.project.use.baseURL })).newPage()
  await signIn(page)
  for (const path of [`/api/v1/teams/${team}`, `/api/v1/users/${user}`, `/api/v1/roles/${role}`]) await call(page, 'DELETE', path).catch(() => {})
  await page.context().close()
})

test('a person is added, gets a role that must be asked for, asks, is approved, and is deleted', async ({ page, browser, baseURL }) => {
  await call(page, 'POST', '/api/v1/teams', { metadata: { name: team }, spec: {} })

  await page.goto('/admin/users')
  await page.getByRole('button', { name: 'Create user' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.locator('#field-name').fill('Not A Name')
  await dialog.getByRole('button', { name: 'Create user' }).click()
  await expect(dialog.locator('.kore-summary')).toBeFocused()
  await dialog.locator('#field-name').fill(user)
  await dialog.locator('#field-displayName').fill('Ana Example')
  await expectAccessible(page, '[role=dialog]')
  await dialog.getByRole('button', { name: 'Create user' }).click()
  await expect(dialog.getByText('This link is shown only now')).toBeVisible()
  const link = (await dialog.locator('pre').innerText()).trim()
  expect(link).toContain('/auth/claim/')
  await page.keyboard.press('Escape')
  await expect(dialog).toBeVisible()
  await dialog.getByRole('button', { name: 'I stored it' }).click()
  await expect(page).toHaveURL(new RegExp(`/admin/users/${user}$`))
  await expect(page.getByRole('heading', { name: 'No role anywhere' })).toBeVisible()

  // A role in the team, of use only when asked for and approved.
  await page.goto(`/teams/${team}/access`)
  await page.getByRole('button', { name: 'Give a role' }).first().click()
  await dialog.locator('#field-subject').fill(user)
  await dialog.locator('#field-role').selectOption('viewer')
  await dialog.getByText('Only when asked for').click()
  await dialog.getByText('Somebody else has to approve').click()
  await dialog.getByRole('button', { name: 'Show me the command' }).click()
  await expect(dialog.locator('pre')).toHaveText(`kore access grant ${user} viewer ${team} --elevation 1h --approval`)
  await dialog.getByRole('button', { name: 'Give role' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByText('when asked for, 1h at most, with approval')).toBeVisible()
  await expectAccessible(page)

  const hers = await claimed(browser, link, baseURL ?? '')
  await hers.goto('/account')
  await expect(hers.getByText(`Signed in as ${user}.`)).toBeVisible()
  await expect(hers.getByText('none yet')).toBeVisible()
  await hers.goto('/admin/users')
  await expect(hers.getByRole('heading', { name: 'You may not see this' })).toBeVisible()
  await hers.goto('/admin/access-requests')
  await hers.getByRole('button', { name: 'Ask for a role' }).first().click()
  const asking = hers.getByRole('dialog')
  await asking.getByRole('button', { name: `viewer on team ${team}` }).click()
  await asking.locator('#field-reason').fill('Look into ticket 4711')
  await asking.getByRole('button', { name: 'Ask', exact: true }).click()
  await expect(asking).toBeHidden()
  await expect(hers.getByRole('gridcell', { name: 'Waiting' })).toBeVisible()

  await page.goto('/admin/access-requests')
  const request = page.getByRole('article', { name: `Request of user:${user}` })
  await expect(request.getByText('Look into ticket 4711')).toBeVisible()
  await expectAccessible(page)
  await request.getByRole('button', { name: 'Approve…' }).click()
  await expect(dialog.getByText(/What it gives: \d+ permissions/)).toBeVisible()
  await dialog.getByRole('button', { name: 'Approve', exact: true }).click()
  await expect(request).toBeHidden()

  await hers.goto(`/teams/${team}/access?view=requests`)
  await expect(hers.getByRole('gridcell', { name: 'Active' })).toBeVisible()
  await page.goto(`/teams/${team}/access?view=who&subject=user:${user}&permission=team.read`)
  await expect(page.getByRole('grid', { name: 'What they hold' }).getByText('viewer')).toBeVisible()
  await expect(page.locator('.kore-holders').getByText(user)).toBeVisible()
  await expectAccessible(page)

  await page.goto(`/teams/${team}/access?view=requests`)
  await menu(page, `viewer for user:${user}`, 'End…')
  await dialog.getByRole('button', { name: 'End', exact: true }).click()
  await expect(page.getByRole('gridcell', { name: 'Ended' })).toBeVisible()

  // Everything of it is on record, for the platform and for the team.
  await page.goto(`/teams/${team}/activity`)
  await expect(page.getByText('elevation.approve')).toBeVisible()
  await page.getByRole('textbox', { name: 'Who to look for' }).or(page.getByRole('searchbox', { name: 'Who to look for' })).fill(user)
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(page).toHaveURL(/filter=actor/)
  await expect(page.getByText('elevation.approve')).toBeHidden()
  await expect(page.getByText('elevation.request', { exact: true }).or(page.getByText('elevation.create', { exact: true })).first()).toBeVisible()

  await page.goto(`/admin/users/${user}`)
  await menu(page, user, 'Disable…')
  await dialog.getByRole('button', { name: 'Disable' }).click()
  await expect(page.getByText('Disabled').first()).toBeVisible()
  await hers.goto('/account')
  await expect(hers).toHaveURL(/\/auth\/login/)
  await hers.context().close()
  await menu(page, user, 'Delete…')
  await page.locator('#field-confirm').fill(user)
  await page.getByRole('button', { name: 'Delete user' }).click()
  await expect(page).toHaveURL(/\/admin\/users$/)
})

test('a role is made from another, changed and deleted', async ({ page }) => {
  await page.goto('/admin/roles')
  await page.getByRole('button', { name: 'Create role' }).click()
  await page.locator('#field-name').fill(role)
  await page.locator('#field-from').selectOption('viewer')
  await page.getByRole('checkbox', { name: 'audit.readTeam' }).check()
  await page.getByRole('button', { name: 'Create role' }).click()
  await expect(page).toHaveURL(new RegExp(`/admin/roles/role/${role}$`))
  await expectAccessible(page)
  await menu(page, role, 'Edit…')
  await page.getByRole('checkbox', { name: 'audit.readTeam' }).uncheck()
  await page.locator('#field-description').fill('Looks')
  await page.getByRole('button', { name: 'Save role' }).click()
  await expect(page.getByText('Looks')).toBeVisible()
  await menu(page, role, 'Delete…')
  await page.locator('#field-confirm').fill(role)
  await page.getByRole('button', { name: 'Delete role' }).click()
  await expect(page).toHaveURL(/\/admin\/roles$/)
  await expect(page.getByRole('link', { name: role })).toBeHidden()
})

test('a token is shown once and revoked', async ({ page }) => {
  const name = `b-token-${stamp}`
  await page.goto('/account')
  await page.getByRole('button', { name: 'Create token' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.locator('#field-name').fill(name)
  await dialog.locator('#field-permissions').fill('cluster.read nonsense.read')
  await dialog.getByRole('button', { name: 'Create token' }).click()
  await expect(dialog.locator('.kore-summary')).toBeFocused()
  await dialog.locator('#field-permissions').fill('cluster.read')
  await dialog.getByRole('button', { name: 'Create token' }).click()
  await expect(dialog.locator('pre')).toHaveText(/^kore_/)
  await dialog.getByRole('button', { name: 'I stored it' }).click()
  await expect(page.getByRole('gridcell', { name }).first()).toBeVisible()
  await expectAccessible(page)
  await menu(page, name, 'Revoke…')
  await dialog.getByRole('button', { name: 'Revoke token' }).click()
  await expect(page.getByRole('gridcell', { name })).toBeHidden()
})

test('an issuer is trusted, and no more', async ({ page }) => {
  const name = `b-issuer-${stamp}`
  await page.goto('/admin/sign-in')
  await page.getByRole('button', { name: 'Trust an issuer' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.locator('#field-name').fill(name)
  await dialog.locator('#field-issuer').fill('http://not-safe.example.com')
  await dialog.getByRole('button', { name: 'Trust issuer' }).click()
  await expect(dialog.locator('.kore-summary')).toBeFocused()
  await dialog.locator('#field-issuer').fill(`https://${name}.example.com`)
  await dialog.getByRole('button', { name: 'Trust issuer' }).click()
  await expect(dialog).toBeHidden()
  await menu(page, name, 'Delete…')
  await page.locator('#field-confirm').fill(name)
  await page.getByRole('button', { name: 'Delete issuer' }).click()
  await expect(page.getByRole('gridcell', { name, exact: true })).toBeHidden()
})

test('the activity is filtered, followed, exported and verified', async ({ page }) => {
  await page.goto('/admin/activity?filter=action=team.create&since=24h')
  const chip = page.getByRole('button', { name: 'Take away: Action is team.create' })
  await expect(chip).toBeVisible()
  const name = `b-live-${stamp}`
  await call(page, 'POST', '/api/v1/teams', { metadata: { name }, spec: {} })
  await expect(page.getByRole('link', { name: `team/${name}` })).toBeVisible()
  await call(page, 'DELETE', `/api/v1/teams/${name}`)
  await page.getByRole('row', { name: new RegExp(`team/${name}`) }).getByRole('button', { name: 'Details' }).click()
  await expect(page).toHaveURL(/open=/)
  await expect(page.getByRole('button', { name: 'all of this request' })).toBeVisible()
  await page.getByRole('button', { name: 'Export…' }).click()
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download' }).click()])
  expect(file.suggestedFilename()).toMatch(/^activity-\d{4}-\d\d-\d\d\.csv$/)
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()
  await chip.click()
  await expect(page).not.toHaveURL(/filter=/)
  await page.getByRole('button', { name: 'Verify' }).click()
  await expect(page.getByText('Intact', { exact: true })).toBeVisible()
})
