import { expect, expectAccessible, test } from './kore'
import type { Page } from '@playwright/test'

const headers = { 'kore-client': 'console/e2e' }

/** Lets go of what a story made, however it ended. */
async function cleanUp(page: Page, team: string) {
  const list = (await (await page.request.get(`/api/v1/teams/${team}/clusters`)).json()) as { items: { metadata: { name: string } }[] }
  await Promise.all(
    list.items.map(async ({ metadata: { name } }) => {
      const at = `/api/v1/teams/${team}/clusters/${name}`
      await page.request.fetch(at, { method: 'PATCH', headers: { ...headers, 'if-match': '*', 'content-type': 'application/merge-patch+json' }, data: { spec: { deletionProtection: false } } })
      await page.request.fetch(at, { method: 'DELETE', headers: { ...headers, 'if-match': '*' } })
      await expect.poll(async () => (await page.request.get(at)).status(), { timeout: 60_000 }).toBe(404)
    }),
  )
  await page.request.fetch(`/api/v1/teams/${team}`, { method: 'DELETE', headers: { ...headers, 'if-match': '*' } })
}

const both = async (page: Page, within?: string) => {
  for (const colorScheme of ['dark', 'light'] as const) {
    // One look after the other.
    // oxlint-disable-next-line no-await-in-loop
    await page.emulateMedia({ colorScheme })
    // oxlint-disable-next-line no-await-in-loop
    await expectAccessible(page, within)
  }
}

test('a cluster is made, changed, protected and deleted, and every page says what would happen', async ({ page }) => {
  test.setTimeout(600_000)
  page.setDefaultTimeout(30_000)
  const team = `d-e2e-${Date.now().toString(36)}`
  const made = await page.request.fetch('/api/v1/teams', { method: 'POST', headers, data: { metadata: { name: team }, spec: {} } })
  expect(made.ok(), await made.text()).toBe(true)
  try {
    await page.goto(`/teams/${team}/clusters`)
    await expect(page.getByText('No clusters yet')).toBeVisible()
    await page.getByRole('button', { name: 'Create cluster' }).first().click()
    await expect(page.getByRole('heading', { name: 'Create cluster' })).toBeVisible()

    // Nothing chosen: the button says what is missing, at the top and with the way there.
    await page.getByRole('button', { name: 'Create cluster' }).click()
    const summary = page.locator('.kore-summary')
    await expect(summary).toBeFocused()
    await summary.getByRole('link', { name: 'name' }).click()
    await expect(page.locator('[id="field-/metadata/name"]')).toBeFocused()
    await page.keyboard.type('shop')

    // What a policy does not allow is refused at the field, before anybody presses anything.
    await page.getByRole('radio', { name: /Production/ }).check()
    const nodes = page.getByRole('textbox', { name: /^Nodes/ }).or(page.getByRole('spinbutton', { name: /^Nodes/ })).first()
    await nodes.fill('1')
    const beside = page.getByRole('complementary', { name: 'Before you create' })
    await expect(beside.getByRole('link', { name: 'nodePools.default.size' })).toBeVisible()
    await expect(beside.getByText(/ask platform-team/)).toBeVisible()
    await page.getByText(/more set by the plan/).click()
    await expect(page.getByText(/a production cluster refuses what is unsafe/).first()).toBeVisible()
    await both(page)

    // The same document as text: what is written there is shown once more, and nothing of it is lost.
    await page.getByRole('radio', { name: /Evaluation/ }).check()
    await page.getByRole('group', { name: 'Cluster as' }).getByRole('button', { name: 'YAML' }).click()
    const editor = page.getByRole('textbox', { name: 'Cluster as YAML' })
    await editor.click()
    await page.keyboard.press('Control+End')
    await page.keyboard.insertText('# made by a story\n')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Tab')
    await expect(editor).not.toBeFocused()
    await both(page)
    await page.getByRole('button', { name: 'CLI · API' }).click()
    await expect(page.getByLabel('Lines that differ')).toContainText('+ # made by a story')
    await both(page)
    await page.getByRole('button', { name: 'Go on with it' }).click()
    await expect(page.getByLabel('command', { exact: true })).toContainText(`kore cluster create ${team}/shop --plan evaluation --set nodePools.default.size=1`)
    await page.getByRole('group', { name: 'Cluster as' }).getByRole('button', { name: 'Form' }).click()
    await expect(page.getByText('free', { exact: true })).toBeVisible()
    await expect(beside.getByText(/parts are made/)).toBeVisible()
    await page.getByRole('button', { name: 'Create cluster' }).click()

    // Its operation, step by step.
    await page.waitForURL(/\/operations\//)
    await expect(page.getByRole('heading', { name: 'Create cluster shop' })).toBeVisible({ timeout: 20_000 })
    await expect(page.getByText('Done', { exact: true })).toBeVisible({ timeout: 90_000 })
    await both(page)
    await page.getByRole('link', { name: `${team}/shop` }).click()
    await expect(page.getByText('1 of 1')).toBeVisible()
    await expect(page.getByText(`kore kubeconfig add ${team}/shop`)).toBeVisible()
    await expect(page.getByRole('heading', { name: 'Posture' })).toBeVisible()
    await both(page)

    // One node more, as it was looked at.
    await page.getByRole('button', { name: 'Scale pool default' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'One node more' }).click()
    await expect(dialog.getByText(/parts are made/)).toBeVisible()
    await both(page, '[role=dialog]')
    await dialog.getByRole('button', { name: 'Scale pool' }).click()
    await page.waitForURL(/\/operations\//)
    await expect(page.getByText('Done', { exact: true })).toBeVisible({ timeout: 90_000 })

    // Protected, it is not deleted.
    const at = `/teams/${team}/clusters/shop`
    await page.goto(`${at}/settings`)
    await page.getByRole('button', { name: 'Protect…' }).click()
    await page.getByRole('button', { name: 'Protect from deletion' }).click()
    await page.waitForURL(/\/operations\//)
    await expect(page.getByText('Done', { exact: true })).toBeVisible({ timeout: 60_000 })
    await page.goto(`${at}/settings`)
    await expect(page.getByRole('button', { name: 'Delete…' })).toHaveAttribute('aria-disabled', 'true')
    await both(page)
    // Pressed before the preview has come: it is asked for first.
    await page.getByRole('checkbox', { name: 'Deletion protection' }).uncheck()
    await page.getByRole('button', { name: 'Change cluster' }).click()
    await page.waitForURL(/\/operations\//)
    await expect(page.getByText('Done', { exact: true })).toBeVisible({ timeout: 60_000 })

    await page.goto(`${at}/upgrade`)
    await expect(page.getByText('There is nothing newer for it.')).toBeVisible()
    await both(page)
    await page.goto(`${at}/activity`)
    await expect(page.getByRole('link', { name: 'Made', exact: true })).toBeVisible()
    await page.goto(`${at}/activity?show=audit`)
    await expect(page.getByText('cluster.create', { exact: true })).toBeVisible()
    await both(page)

    // Once more the same, to begin with.
    await page.getByRole('button', { name: 'Actions of shop' }).click()
    await page.getByRole('menuitem', { name: 'Duplicate…' }).click()
    await expect(page.locator('[id="field-/metadata/name"]')).toHaveValue('shop-2')
    await expect(page.getByText('differs from the plan').first()).toBeVisible()

    // Deleted, with the record that nothing is left.
    await page.goto(at)
    await page.getByRole('button', { name: 'Actions of shop' }).click()
    await page.getByRole('menuitem', { name: 'Delete…' }).click()
    await expect(page.getByText(/parts are removed/)).toBeVisible()
    await page.getByLabel(/Type shop/).fill('shop')
    await page.getByRole('button', { name: 'Delete cluster' }).click()
    await page.waitForURL(/\/operations\//)
    await expect(page.getByText('Nothing is left', { exact: true })).toBeVisible({ timeout: 60_000 })
    await both(page)
  } finally {
    await cleanUp(page, team)
  }
})

test('operations are listed, and the list is narrowed by the address', async ({ page }) => {
  await page.goto('/operations?filter=state%3Ddone')
  await expect(page.getByRole('heading', { name: 'Operations' })).toBeVisible()
  await both(page)
})
