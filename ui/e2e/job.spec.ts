import type { Page } from '@playwright/test'
import { press, tabTo } from './keys'
import { expect, expectAccessible, test } from './kore'
import { call, cleanUp, makePerson, PASSWORD, windowOf } from './people'

/** A cluster of the installation that is there already. */
const [TEAM, CLUSTER] = (process.env.KORE_CLUSTER ?? 'payments/dev').split('/') as [string, string]
const SHOTS = process.env.KORE_SHOTS

let left: Parameters<typeof cleanUp>[1] = {}
let complaints: string[] = []

test.beforeEach(() => {
  left = {}
  complaints = []
})
test.afterEach(async ({ page }) => {
  await cleanUp(page, left)
  expect(complaints).toEqual([])
})

/** A picture to look at, when they are asked for. */
async function picture(page: Page, name: string): Promise<void> {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true })
}

const title = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true })
const state = (page: Page, text: string) => page.locator('.kore-page-title').getByText(text, { exact: true })
const aside = (page: Page, name: string) => page.getByRole('link', { name, exact: true }).and(page.locator('#navigation a'))
const tab = (page: Page, name: string) => page.getByRole('navigation', { name: 'Cluster' }).getByRole('link', { name })

test('by mouse: a team is made, a member is invited, and the cluster they make lives and goes', async ({ page, browser, baseURL }) => {
  const stamp = Date.now().toString(36)
  const [team, member, cluster] = [`f-${stamp}`, `f-mia-${stamp}`, 'shop']
  left = { team, people: [member] }
  await makePerson(page, browser, member, baseURL)

  // The administrator makes a team and a link to it.
  await page.goto('/')
  await aside(page, 'Teams').click()
  await page.getByRole('button', { name: 'Create team' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name', { exact: false }).first().fill(team)
  await dialog.getByRole('button', { name: 'Create team' }).click()
  await expect(dialog).toBeHidden()
  await page.getByRole('link', { name: team }).click()
  await expect(page.getByRole('heading', { name: 'Begin here' })).toBeVisible()
  await page.getByRole('button', { name: 'Invite' }).click()
  await dialog.getByLabel('Role').selectOption('maintainer')
  await dialog.getByRole('button', { name: 'Make the link' }).click()
  const link = (await dialog.getByLabel('link', { exact: true }).innerText()).trim()
  await dialog.getByRole('button', { name: 'I stored it' }).click()
  await expect(dialog).toBeHidden()

  // Whoever opens it signs in, and accepts.
  const theirs = await windowOf(browser, baseURL, complaints)
  await theirs.goto(new URL(link).pathname)
  await theirs.getByLabel('Name').fill(member)
  await theirs.getByLabel('Password').fill(PASSWORD)
  await theirs.getByRole('button', { name: 'Sign in' }).click()
  await expect(theirs.getByRole('heading', { name: `Join team ${team}?` })).toBeVisible()
  await theirs.getByRole('button', { name: 'Accept' }).click()
  await expect(theirs.getByRole('heading', { name: `You are in team ${team}` })).toBeVisible()

  // The member's first page is the team, and says where to begin.
  await theirs.goto('/')
  await expect(title(theirs, team)).toBeVisible()
  await aside(theirs, 'Clusters').click()
  await theirs.getByRole('button', { name: 'Create cluster' }).first().click()
  await expect(title(theirs, 'Create cluster')).toBeVisible()
  await picture(theirs, 'create-empty')
  await theirs.getByRole('radio', { name: /Evaluation/ }).check()
  await theirs.getByRole('textbox', { name: 'Name', exact: true }).fill(cluster)
  await expect(theirs.getByText('free', { exact: true })).toBeVisible()
  await expect(theirs.getByRole('complementary', { name: 'Before you create' }).getByText(/parts are made/)).toBeVisible()
  await expectAccessible(theirs)
  await picture(theirs, 'create-filled')
  await theirs.getByRole('button', { name: 'Create cluster' }).click()

  // Its steps, to their end.
  await expect(title(theirs, `Create cluster ${cluster}`)).toBeVisible()
  await expect(theirs.getByText(/\d+ of \d+ steps done/)).toBeVisible()
  await picture(theirs, 'timeline-begins')
  await expect(theirs.getByText(/^([3-9]|\d\d) of \d+ steps done/)).toBeVisible()
  await picture(theirs, 'timeline-runs')
  await expect(state(theirs, 'Done')).toBeVisible()
  await picture(theirs, 'timeline-done')
  await expectAccessible(theirs)
  await theirs.getByRole('button', { name: 'Open the cluster' }).click()
  await expect(state(theirs, 'Ready')).toBeVisible()
  await expect(theirs.getByText('1 of 1')).toBeVisible()
  await picture(theirs, 'cluster')

  // A namespace that reaches the internet, after a look at what that comes to.
  await aside(theirs, 'Namespaces').click()
  await theirs.getByRole('button', { name: 'Create namespace' }).first().click()
  await theirs.getByLabel('Name', { exact: false }).and(theirs.locator('#field-name')).fill('web')
  await theirs.getByRole('checkbox', { name: 'Internet' }).check()
  const preview = theirs.getByRole('complementary', { name: 'What would happen' })
  await expect(preview.getByText('Create Namespace web')).toBeVisible()
  await expect(preview.getByText('NetworkPolicy kore-allow-internet')).toBeVisible()
  await picture(theirs, 'namespace-new')
  await theirs.getByRole('button', { name: 'Create namespace' }).click()
  await expect(title(theirs, 'web')).toBeVisible()
  await expect(state(theirs, 'Ready')).toBeVisible()
  await expect(theirs.getByText('Its pods reach public addresses')).toBeVisible()
  await picture(theirs, 'namespace')

  // What runs in it, and what that says.
  await theirs.getByRole('complementary', { name: 'About the namespace' }).getByRole('link', { name: cluster }).click()
  await tab(theirs, 'Pods').click()
  const running = theirs.getByRole('row').filter({ hasText: 'Running' }).first()
  await expect(running).toBeVisible()
  await picture(theirs, 'pods')
  await running.getByRole('link').first().click()
  await theirs.getByRole('navigation', { name: 'Views of the pod' }).getByRole('link', { name: 'Logs' }).click()
  await expect(theirs.getByRole('log').locator('.kore-log-row').first()).toBeVisible()
  await picture(theirs, 'log')

  // One node more, as it was looked at.
  await aside(theirs, 'Clusters').click()
  await theirs.getByRole('link', { name: cluster, exact: true }).click()
  await theirs.getByRole('button', { name: 'Scale pool default' }).click()
  const asked = theirs.getByRole('dialog')
  await asked.getByRole('button', { name: 'One node more' }).click()
  await expect(asked.getByText(/parts are made/)).toBeVisible()
  await picture(theirs, 'scale')
  await asked.getByRole('button', { name: 'Scale pool' }).click()
  await expect(state(theirs, 'Done')).toBeVisible()
  await theirs.getByRole('button', { name: 'Open the cluster' }).click()
  await expect(theirs.getByText('2 of 2')).toBeVisible()

  // The namespace goes, then the cluster, with what goes with them said before.
  await aside(theirs, 'Namespaces').click()
  await theirs.getByRole('link', { name: 'web', exact: true }).click()
  await theirs.getByRole('button', { name: 'Delete' }).click()
  await expect(asked.getByText('In the cluster: nothing is in it.')).toBeVisible()
  await asked.getByLabel(/Type web/).fill('web')
  await picture(theirs, 'namespace-delete')
  await asked.getByRole('button', { name: 'Delete namespace' }).click()
  await expect(title(theirs, 'Namespaces')).toBeVisible()
  await expect(theirs.getByText('No namespaces yet')).toBeVisible()
  await aside(theirs, 'Clusters').click()
  await theirs.getByRole('button', { name: `Actions of ${cluster}` }).click()
  await theirs.getByRole('menuitem', { name: 'Delete…' }).click()
  await expect(asked.getByText('Everybody’s access to it ends.')).toBeVisible()
  await expect(asked.getByText(/parts are removed/)).toBeVisible()
  await asked.getByRole('button', { name: 'Delete cluster' }).click()
  await expect(asked.getByText(`Type ${cluster}.`)).toBeVisible()
  await asked.getByLabel(/Type shop/).fill(cluster)
  await picture(theirs, 'cluster-delete')
  await asked.getByRole('button', { name: 'Delete cluster' }).click()
  await expect(theirs.getByText('Nothing is left', { exact: true })).toBeVisible()
  await picture(theirs, 'record')
  await theirs.getByRole('link', { name: 'To the team’s clusters' }).click()
  await expect(theirs.getByText('No clusters yet')).toBeVisible()
  await theirs.context().close()

  // The administrator sees all of it on record, and ends the team.
  await aside(page, 'Activity').click()
  for (const action of ['cluster.delete', 'clusternamespace.delete', 'cluster.create', 'invitation.accept']) {
    // oxlint-disable-next-line no-await-in-loop
    await expect(page.getByText(action, { exact: true }).first()).toBeVisible()
  }
  await expect(page.getByRole('grid').getByText(member).first()).toBeVisible()
  await picture(page, 'activity')
  await page.getByRole('button', { name: `Team: ${team}` }).click()
  await page.getByRole('menuitem', { name: 'Platform' }).click()
  await aside(page, 'Teams').click()
  await page.getByRole('button', { name: `Actions of ${team}` }).click()
  await page.getByRole('menuitem', { name: 'Delete…' }).click()
  await expect(dialog.getByText('It owns no clusters.')).toBeVisible()
  await dialog.getByLabel(/Type f-/).fill(team)
  await dialog.getByRole('button', { name: 'Delete team' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('link', { name: team })).toBeHidden()
})

test('by keyboard alone: a namespace is made, changed and deleted, and a dialog is left', async ({ page: admin, browser, baseURL }) => {
  const name = `f-${Date.now().toString(36)}`
  left = { paths: [`/api/v1/teams/${TEAM}/clusternamespaces/${CLUSTER}.${name}`] }
  await admin.goto('/account')
  const page = await windowOf(browser, baseURL, complaints)
  const { keyboard } = page

  // Whoever asks for a page and is not signed in comes back to it.
  await page.goto('/admin/teams')
  await tabTo(page, page.getByLabel('Name'), 5)
  await keyboard.type(process.env.KORE_USER ?? 'admin')
  await tabTo(page, page.getByLabel('Password'), 5)
  await keyboard.type(process.env.KORE_PASSWORD ?? '')
  await keyboard.press('Enter')
  await expect(title(page, 'Teams')).toBeVisible()

  // The first stop is the way past the navigation.
  await press(page, page.getByRole('link', { name: 'Skip to content' }), 'Enter', 1)
  await expect(page.locator('#main')).toBeFocused()
  await keyboard.press('Tab')
  expect(await page.locator('#main').evaluate((main) => main.contains(document.activeElement))).toBe(true)

  await keyboard.press('Control+k')
  await expect(page.getByRole('combobox', { name: 'Search or go to' })).toBeFocused()
  await keyboard.type(TEAM)
  const offer = page.getByRole('option', { name: new RegExp(`^${TEAM} ?Team$`) })
  await expect(offer).toBeVisible()
  for (let step = 0; step < 10 && (await offer.getAttribute('aria-selected')) !== 'true'; step += 1) await keyboard.press('ArrowDown')
  await keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`/teams/${TEAM}$`))
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused()

  // Single keys are for the page: the palette has to be gone.
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await keyboard.press('g')
  await keyboard.press('n')
  await expect(title(page, 'Namespaces')).toBeFocused()
  await press(page, page.getByRole('button', { name: 'Create namespace' }))
  await expect(title(page, 'Create namespace')).toBeFocused()
  await tabTo(page, page.getByLabel('Cluster', { exact: false }).and(page.locator('select')), 10)
  await keyboard.type(CLUSTER)
  await tabTo(page, page.locator('#field-name'), 3)
  await keyboard.type(name)
  await press(page, page.getByRole('checkbox', { name: 'Internet' }), 'Space')
  const preview = page.getByRole('complementary', { name: 'What would happen' })
  await expect(preview.getByText('NetworkPolicy kore-allow-internet')).toBeVisible()
  await press(page, page.getByRole('button', { name: 'Create namespace' }))
  await expect(title(page, name)).toBeFocused()
  await expect(state(page, 'Ready')).toBeVisible()

  // Edited: what it allowed is taken back.
  await press(page, page.getByRole('button', { name: 'Edit' }))
  await expect(title(page, `Edit ${name}`)).toBeFocused()
  await press(page, page.getByRole('checkbox', { name: 'Internet' }), 'Space')
  await expect(page.getByRole('checkbox', { name: 'Internet' })).not.toBeChecked()
  await press(page, page.getByRole('button', { name: 'Save' }))
  await expect(title(page, name)).toBeFocused()
  await expect(page.getByText('Its pods reach no address outside of the cluster.')).toBeVisible()

  // A dialog opens, holds the focus, and gives it back.
  const remove = page.getByRole('button', { name: 'Delete' })
  await press(page, remove)
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByLabel(/^Type/)).toBeFocused()
  for (let step = 0; step < 12; step += 1) {
    // oxlint-disable-next-line no-await-in-loop
    await keyboard.press('Tab')
    // oxlint-disable-next-line no-await-in-loop
    expect(await dialog.evaluate((one) => one.contains(document.activeElement)), 'focus stays in the dialog').toBe(true)
  }
  await keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await expect(remove).toBeFocused()

  // Deleted, after its name is typed; not before.
  await keyboard.press('Enter')
  await expect(dialog.getByLabel(/^Type/)).toBeFocused()
  await keyboard.type(`${name}x`)
  await keyboard.press('Enter')
  await expect(dialog.getByText(`Type ${name}.`)).toBeVisible()
  await keyboard.press('Backspace')
  await press(page, dialog.getByRole('button', { name: 'Delete namespace' }), 'Enter', 12)
  await expect(title(page, 'Namespaces')).toBeFocused()
  await expect(page.getByRole('link', { name, exact: true })).toBeHidden()
  await page.context().close()
})

test('a viewer sees team and cluster, and is told why the rest is not for them', async ({ page: admin, browser, baseURL }) => {
  const viewer = `f-vic-${Date.now().toString(36)}`
  left = { people: [viewer] }
  await makePerson(admin, browser, viewer, baseURL)
  await call(admin, 'POST', `/api/v1/teams/${TEAM}/memberships`, { metadata: { name: viewer }, spec: { role: 'viewer' } })
  const page = await windowOf(browser, baseURL, complaints)
  await page.goto('/')
  await page.getByLabel('Name').fill(viewer)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page).toHaveURL(new RegExp(`/teams/${TEAM}$`))

  /** It keeps its place, cannot be pressed, and says why to whoever comes to it, by mouse or keyboard. */
  const refused = async (name: string, onKeyboard = false) => {
    const button = page.getByRole('button', { name, exact: true }).first()
    await expect(button).toHaveAttribute('aria-disabled', 'true')
    await (onKeyboard ? tabTo(page, button) : button.hover())
    const why = page.getByRole('tooltip')
    await expect(why).toContainText(/role|may/)
    await expect(why).toContainText('Ask: ')
    if (onKeyboard) await page.keyboard.press('Escape')
    else await page.getByRole('heading', { level: 1 }).hover()
    await expect(why).toBeHidden()
  }
  await refused('Create cluster')
  await refused('Create namespace', true)
  await picture(page, 'viewer-team')
  await aside(page, 'Clusters').click()
  await refused('Create cluster')
  await page.getByRole('link', { name: CLUSTER, exact: true }).click()
  await expect(title(page, CLUSTER)).toBeVisible()
  await refused('Change')
  await page.getByRole('button', { name: `Actions of ${CLUSTER}` }).click()
  for (const item of ['Duplicate…', 'Upgrade…', 'Pause…', 'Delete…']) {
    // oxlint-disable-next-line no-await-in-loop
    await expect(page.getByRole('menuitem', { name: item })).toHaveAttribute('aria-disabled', 'true')
  }
  await page.getByRole('menuitem', { name: 'Delete…' }).hover()
  await expect(page.getByRole('tooltip')).toContainText('Ask: ')
  await picture(page, 'viewer-menu')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: 'Scale pool default' })).toHaveAttribute('aria-disabled', 'true')

  // What runs is seen, and its log.
  await tab(page, 'Pods').click()
  await expect(page.getByRole('row').filter({ hasText: 'Running' }).first()).toBeVisible()
  await tab(page, 'Settings').click()
  await expect(page.locator('.kore-main button.pf-m-primary:not([aria-disabled=true])')).toHaveCount(0)
  await picture(page, 'viewer-settings')
  // Pages of the platform say whose they are.
  await page.goto('/admin/users')
  await expect(page.getByRole('heading', { name: 'You may not see this' })).toBeVisible()
  await page.context().close()
})
