import type { Browser, Page } from '@playwright/test'
import { expect, expectAccessible, test } from './kore'

const unique = () => `c-${Date.now().toString(36)}`
const password = 'wooden-lantern-4711'

/** What another client does; answers with what the server says. */
async function call(page: Page, method: string, path: string, data?: unknown): Promise<Record<string, unknown>> {
  const headers = { 'kore-client': 'console/e2e', ...(method === 'DELETE' && { 'if-match': '*' }) }
  const response = await page.request.fetch(path, { method, headers, data })
  expect(response.ok(), `${method} ${path}: ${await response.text()}`).toBe(true)
  return (await response.json().catch(() => ({}))) as Record<string, unknown>
}

const makeTeam = (page: Page, name: string) => call(page, 'POST', '/api/v1/teams', { metadata: { name }, spec: {} })

/** A person of the platform with a password, and a page that they are signed in on. */
async function person(page: Page, browser: Browser, name: string): Promise<Page> {
  await call(page, 'POST', '/api/v1/users', { metadata: { name }, spec: {} })
  const { url } = await call(page, 'POST', `/api/v1/users/${name}/claim`)
  const theirs = await (await browser.newContext()).newPage()
  await theirs.goto(new URL(String(url)).pathname)
  await theirs.locator('#password').fill(password)
  await theirs.locator('#again').fill(password)
  await theirs.getByRole('button', { name: /set password/i }).click()
  await theirs.waitForURL((at) => !at.pathname.startsWith('/auth/claim'))
  return theirs
}

test('a new team is shown where to begin, invites, changes its name, and ends', async ({ page }) => {
  const team = unique()
  await makeTeam(page, team)
  await page.goto(`/teams/${team}`)
  await expect(page.getByRole('heading', { name: 'Begin here' })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Invite' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.locator('#field-uses').fill('200')
  await dialog.getByRole('button', { name: 'Make the link' }).click()
  await expect(dialog.locator('.kore-summary')).toBeFocused()
  await dialog.locator('#field-uses').fill('2')
  await dialog.getByRole('button', { name: 'Make the link' }).click()
  await expect(dialog.getByLabel('link', { exact: true })).toContainText('/auth/invitation/')
  // It is shown once: it does not go before somebody says that they have it.
  await page.keyboard.press('Escape')
  await expect(dialog).toBeVisible()
  await expectAccessible(page, '[role=dialog]')
  await dialog.getByRole('button', { name: 'I stored it' }).click()
  await expect(dialog).toBeHidden()

  await page.getByRole('link', { name: 'Invitations' }).click()
  await expect(page.locator('.kore-table').getByText('whoever has the link')).toBeVisible()
  await page.getByRole('button', { name: /^Actions of the invitation/ }).click()
  await page.getByRole('menuitem', { name: 'Revoke…' }).click()
  await page.getByRole('button', { name: 'Revoke', exact: true }).click()
  await expect(page.locator('.kore-table').getByText('Revoked')).toBeVisible()

  await page.goto(`/teams/${team}/settings`)
  await page.locator('#field-displayName').fill('Corner shop')
  await page.locator('#field-labels').fill('tier=gold')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Saved.')).toBeVisible()
  await page.goto(`/teams/${team}`)
  await expect(page.getByRole('heading', { level: 1, name: 'Corner shop' })).toBeVisible()
  await page.goto(`/teams/${team}/settings`)
  await expect(page.locator('#field-labels')).toHaveValue('tier=gold')
  await page.getByRole('button', { name: 'Delete team…' }).click()
  await expect(page.getByText('It owns no clusters.')).toBeVisible()
  await page.locator('#field-confirm').fill(team)
  await page.getByRole('button', { name: 'Delete team', exact: true }).click()
  await expect(page).toHaveURL(/\/admin$/)
})

test('members come, get other roles, and go; the last owner stays', async ({ page, browser }) => {
  const team = unique()
  await makeTeam(page, team)
  const theirs = await person(page, browser, `${team}-vera`)
  await page.goto(`/teams/${team}/members`)
  await page.getByRole('button', { name: 'Add member' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.locator('#field-user').fill('c-nobody-of-this-name')
  await dialog.getByRole('button', { name: 'Add member' }).click()
  await expect(dialog.locator('.kore-summary')).toBeFocused()
  await dialog.locator('#field-user').fill(`${team}-vera`)
  await dialog.locator('#field-role').selectOption('viewer')
  await dialog.getByRole('button', { name: 'Show me the command' }).click()
  await expect(dialog.locator('pre')).toHaveText(`kore team member add ${team} ${team}-vera --role viewer`)
  await dialog.getByRole('button', { name: 'Add member' }).click()
  await expect(dialog).toBeHidden()

  // A viewer sees everything, and why they may not do what they may not.
  await theirs.goto(`/teams/${team}/members`)
  await expect(theirs.locator('.kore-table').getByText(`${team}-vera`)).toBeVisible()
  for (const path of ['members', 'robots', 'namespaces', 'settings']) {
    await theirs.goto(`/teams/${team}/${path}`)
    await expect(theirs.getByRole('heading', { level: 1 })).toBeVisible()
    await expect(theirs.locator('.kore-main button.pf-m-primary:not([aria-disabled=true])')).toHaveCount(0)
  }
  await theirs.goto(`/teams/${team}/members/invitations`)
  await expect(theirs.getByRole('heading', { name: 'You may not see this' })).toBeVisible()

  await page.getByRole('button', { name: `Actions of ${team}-vera` }).click()
  await page.getByRole('menuitem', { name: 'Change role…' }).click()
  await dialog.locator('#field-role').selectOption('maintainer')
  await dialog.getByRole('button', { name: 'Change role' }).click()
  await expect(page.locator('.kore-table').getByText('maintainer')).toBeVisible()

  await page.getByRole('button', { name: 'Actions of admin' }).click()
  await page.getByRole('menuitem', { name: 'Remove…' }).click()
  await dialog.getByRole('button', { name: 'Leave', exact: true }).click()
  await expect(dialog.getByText('You are still in the team')).toBeVisible()
  await dialog.getByRole('button', { name: 'Cancel' }).click()

  await page.getByRole('button', { name: `Actions of ${team}-vera` }).click()
  await page.getByRole('menuitem', { name: 'Remove…' }).click()
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click()
  await expect(page.locator('.kore-table').getByText(`${team}-vera`)).toBeHidden()
  await theirs.context().close()
  await call(page, 'DELETE', `/api/v1/users/${team}-vera`)
  await call(page, 'DELETE', `/api/v1/teams/${team}`)
})

test('a robot is made by trust with its role, gets a token that is rotated, and goes', async ({ page }) => {
  const team = unique()
  await makeTeam(page, team)
  await page.goto(`/teams/${team}/robots/new`)
  await page.locator('#field-name').fill('ci')
  await page.locator('#field-repositoryId').fill('acme')
  await page.locator('#field-ownerId').fill('65')
  await page.locator('#field-environment').fill('production')
  await page.locator('#field-role').selectOption('developer')
  await page.getByRole('button', { name: 'Create robot' }).click()
  // The server says what is wrong, next to the field.
  await expect(page.locator('.kore-summary')).toBeFocused()
  await expect(page.locator('#field-repositoryId')).toHaveAttribute('aria-invalid', 'true')
  await expectAccessible(page)
  await page.locator('#field-repositoryId').fill('74')
  await page.getByRole('button', { name: 'Create robot' }).click()
  await expect(page).toHaveURL(new RegExp(`/teams/${team}/robots/ci$`))
  await expect(page.getByText('repository_id=74')).toBeVisible()
  await expect(page.getByLabel('GitHub Actions', { exact: true })).toContainText(`KORE_ROBOT: ${team}/ci`)
  await expect(page.getByText(`developer in team ${team}`)).toBeVisible()

  const dialog = page.getByRole('dialog')
  const keep = async () => {
    await expect(dialog.getByLabel('token', { exact: true })).toHaveText(/^kore_rb_/)
    await expect(dialog.getByLabel('environment', { exact: true })).toContainText('KORE_TOKEN=kore_rb_')
    const [file] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: /^Download/ }).click()])
    expect(file.suggestedFilename()).toBe(`${team}-ci.env`)
    await dialog.getByRole('button', { name: 'I stored it' }).click()
    await expect(dialog).toBeHidden()
  }
  await page.getByRole('button', { name: 'Create token' }).click()
  await dialog.getByRole('button', { name: 'Create token' }).click()
  await keep()
  await page.getByRole('button', { name: 'Rotate ci' }).click()
  await dialog.locator('#field-overlap').selectOption('2h')
  await dialog.getByRole('button', { name: 'Rotate', exact: true }).click()
  await keep()
  await expect(page.getByRole('button', { name: 'Revoke ci' })).toHaveCount(2)
  await expect(page.getByRole('button', { name: 'Create token' })).toHaveAttribute('aria-disabled', 'true')
  await page.getByRole('button', { name: 'Revoke ci' }).last().click()
  await dialog.getByRole('button', { name: 'Revoke', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Revoke ci' })).toHaveCount(1)
  await expectAccessible(page)

  await page.getByRole('button', { name: 'Disable' }).click()
  await dialog.getByRole('button', { name: 'Disable' }).click()
  await expect(page.getByText('It may do nothing until it is enabled again.')).toBeVisible()
  await page.getByRole('button', { name: /^Take away developer/ }).click()
  await dialog.getByRole('button', { name: 'Take away', exact: true }).click()
  await expect(page.getByText('Nothing: it has no role yet.')).toBeVisible()
  await page.getByRole('button', { name: 'Delete' }).click()
  await page.locator('#field-confirm').fill('ci')
  await page.getByRole('button', { name: 'Delete robot' }).click()
  await expect(page.getByRole('heading', { name: 'No robots yet' })).toBeVisible()
  await call(page, 'DELETE', `/api/v1/teams/${team}`)
})

interface Found {
  items: { metadata: { name: string; team: string } }[]
}

test('a namespace is made after looking at what it comes to, changed, and deleted with what is in it', async ({ page }) => {
  const { items } = (await call(page, 'GET', '/api/v1/clusters?filter=ready=True&limit=1')) as unknown as Found
  const { team, name: cluster } = items[0]?.metadata ?? { team: '', name: '' }
  test.skip(cluster === '', 'there is no cluster')
  const name = unique()
  await page.goto(`/teams/${team}/namespaces/new?cluster=${cluster}`)
  await page.locator('#field-name').fill('Not a name')
  const preview = page.getByRole('complementary', { name: 'What would happen' })
  await expect(preview.getByText('It would be refused')).toBeVisible()
  await page.locator('#field-name').fill(name)
  await expect(preview.getByText(`Create Namespace ${name}`)).toBeVisible()
  await expect(preview.getByText('its pods may run as root in their containers')).toBeVisible()
  await page.locator('#field-podSecurity').selectOption('restricted')
  await expect(preview.getByText('its pods may run as root in their containers')).toBeHidden()
  await page.getByRole('checkbox', { name: 'Internet' }).check()
  await page.getByRole('button', { name: 'Show me the command' }).click()
  await expect(page.locator('.kore-equivalents pre')).toHaveText(
    `kore namespace create ${team}/${cluster}/${name} --open internet --pod-security restricted`,
  )
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Create namespace' }).click()

  await expect(page).toHaveURL(new RegExp(`/namespaces/${cluster}\\.${name}$`))
  await expect(page.getByText('Its pods reach public addresses')).toBeVisible()
  await expect(page.locator('.kore-page-title').getByText('Ready')).toBeVisible()
  await expectAccessible(page)

  // A single person gets a role there, for a while, and loses it again.
  const dialog = page.getByRole('dialog')
  await call(page, 'POST', '/api/v1/users', { metadata: { name: `${name}-ben` }, spec: {} })
  await page.getByRole('button', { name: 'Give a role' }).click()
  await dialog.locator('#field-subject').fill(`${name}-ben`)
  await dialog.locator('#field-term').selectOption('8h')
  await dialog.getByRole('button', { name: 'Show me the command' }).click()
  await expect(dialog.locator('pre')).toHaveText(`kore access grant ${name}-ben deployer ${team}/${cluster}/${name} --expires 8h`)
  await dialog.getByRole('button', { name: 'Give role' }).click()
  await expect(page.getByText(`deployer in namespace ${name} of ${team}/${cluster}`)).toBeVisible()
  await page.getByRole('button', { name: new RegExp(`^Take away deployer .* from ${name}-ben$`) }).click()
  await dialog.getByRole('button', { name: 'Take away', exact: true }).click()
  await expect(page.getByText(`deployer in namespace ${name} of ${team}/${cluster}`)).toBeHidden()
  await call(page, 'DELETE', `/api/v1/users/${name}-ben`)

  await page.getByRole('button', { name: 'Edit' }).click()
  await page.getByRole('checkbox', { name: 'Internet' }).uncheck()
  await page.getByRole('checkbox', { name: 'Protect from deletion' }).check()
  await expect(preview.getByText('NetworkPolicy kore-allow-internet')).toBeVisible()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Its pods reach no address outside of the cluster.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Delete' })).toHaveAttribute('aria-disabled', 'true')

  await page.getByRole('button', { name: 'Edit' }).click()
  await page.getByRole('checkbox', { name: 'Protect from deletion' }).uncheck()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByText('In the cluster: nothing is in it.')).toBeVisible()
  await page.locator('#field-confirm').fill(name)
  await page.getByRole('button', { name: 'Delete namespace' }).click()
  await expect(page).toHaveURL(/\/namespaces$/)
  await expect(page.getByRole('link', { name, exact: true })).toBeHidden()
})
