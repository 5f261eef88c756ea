import { expect, expectAccessibleInBoth, test } from './kore'
import { call } from './people'
import { CLUSTER, TEAM } from './places'

// What e2e/job.spec.ts does not tell: that a cluster is made, scaled and deleted on real nodes is told there.

let team: string
test.beforeEach(async ({ page }) => {
  team = `d-e2e-${Date.now().toString(36)}`
  await call(page, 'POST', '/api/v1/teams', { metadata: { name: team }, spec: {} })
})
test.afterEach(async ({ page }) => {
  const at = `/api/v1/teams/${team}/clusters/shop`
  const headers = { 'kore-client': 'console/e2e', 'if-match': '*', 'content-type': 'application/merge-patch+json' }
  await page.request.fetch(at, { method: 'PATCH', headers, data: { spec: { deletionProtection: false } } })
  await page.request.fetch(at, { method: 'DELETE', headers })
  await expect.poll(async () => (await page.request.get(at)).status()).toBe(404)
  await call(page, 'DELETE', `/api/v1/teams/${team}`)
})

test('a cluster is written as form and as text, and made as it was written, changed, protected and deleted', async ({ page }) => {
  await page.goto(`/teams/${team}/clusters`)
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
  await expectAccessibleInBoth(page)

  // The same document as text: what is written there is shown once more, and nothing of it is lost. While it is paused,
  // nothing begins.
  await page.getByRole('radio', { name: /Evaluation/ }).check()
  await page.getByRole('group', { name: 'Cluster as' }).getByRole('button', { name: 'YAML' }).click()
  const editor = page.getByRole('textbox', { name: 'Cluster as YAML' })
  await editor.click()
  await page.keyboard.press('Control+End')
  await page.keyboard.insertText('  paused: true # made by a story\n')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Tab')
  await expect(editor).not.toBeFocused()
  await expectAccessibleInBoth(page)
  await page.getByRole('button', { name: 'CLI · API' }).click()
  await expect(page.getByLabel('Lines that differ')).toContainText('+   paused: true # made by a story')
  await expectAccessibleInBoth(page)
  await page.getByRole('button', { name: 'Go on with it' }).click()
  await page.getByRole('group', { name: 'Cluster as' }).getByRole('button', { name: 'Form' }).click()
  await expect(page.getByText('free', { exact: true })).toBeVisible()
  await expect(beside.getByText('the cluster is paused: nothing is done until it is not')).toBeVisible()
  await page.getByRole('button', { name: 'Create cluster' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'shop', exact: true })).toBeVisible()
  const at = `/teams/${team}/clusters/shop`
  expect(await call(page, 'GET', `/api/v1${at}`)).toMatchObject({ spec: { plan: { name: 'evaluation' }, overrides: { nodePools: { default: { size: 1 } } }, paused: true } })

  // Protected, it is not deleted.
  await page.goto(`${at}/settings`)
  await page.getByRole('button', { name: 'Protect…' }).click()
  await expectAccessibleInBoth(page, '[role=dialog]')
  await page.getByRole('button', { name: 'Protect from deletion' }).click()
  await expect(page.getByRole('button', { name: 'Delete…' })).toHaveAttribute('aria-disabled', 'true')
  await expectAccessibleInBoth(page)
  // Pressed before the preview has come: it is asked for first.
  await page.reload()
  await page.getByRole('checkbox', { name: 'Deletion protection' }).uncheck()
  await page.getByRole('button', { name: 'Change cluster' }).click()
  await expect(page.getByText('It is as you wrote it; nothing had to be done for it.')).toBeVisible()
  await expect(page.getByText('Can be deleted')).toBeVisible()

  // Once more the same, to begin with.
  await page.getByRole('button', { name: 'Actions of shop' }).click()
  await page.getByRole('menuitem', { name: 'Duplicate…' }).click()
  await expect(page.locator('[id="field-/metadata/name"]')).toHaveValue('shop-2')
  await expect(page.getByText('differs from the plan').first()).toBeVisible()

  // Deleted, after its name is typed.
  await page.goto(at)
  await page.getByRole('button', { name: 'Actions of shop' }).click()
  await page.getByRole('menuitem', { name: 'Delete…' }).click()
  await page.getByLabel(/Type shop/).fill('shop')
  await page.getByRole('button', { name: 'Delete cluster' }).click()
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect.poll(async () => (await page.request.get(`/api/v1${at}`)).status()).toBe(404)
})

test('a cluster that runs has what happened to it on record, and nothing newer', async ({ page }) => {
  const at = `/teams/${TEAM}/clusters/${CLUSTER}`
  await page.goto(`${at}/upgrade`)
  await expect(page.getByText('There is nothing newer for it.')).toBeVisible()
  await page.goto(`${at}/activity`)
  await expect(page.getByRole('grid', { name: 'Operations' }).getByRole('link').first()).toBeVisible()
  await page.getByRole('button', { name: 'Who did what' }).click()
  await page.getByRole('textbox', { name: 'What contains' }).fill('cluster.create')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('gridcell', { name: 'cluster.create', exact: true }).first()).toBeVisible()
  await expectAccessibleInBoth(page)
  // The list of all operations is narrowed by the address.
  await page.goto('/operations?filter=state%3Ddone')
  await expect(page.getByRole('combobox', { name: 'State' })).toHaveValue('done')
  await expect(page.getByRole('row').nth(1)).toContainText('Done')
})
