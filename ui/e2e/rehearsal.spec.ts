import type { Page } from '@playwright/test'
import { expect, expectAccessible, expectAccessibleInBoth, signIn, test } from './kore'
import { call, cleanUp, makePerson, PASSWORD, windowOf } from './people'
import { CLUSTER, TEAM } from './places'

// What clusters of AWS look like, where AWS is a stand-in: the story of a rehearsal tells it. Elsewhere there are none of them
// to look at.

const stamp = Date.now().toString(36)
const REGION = 'eu-central-1'
const STAGE = 'production'
const FROM = '192.0.2.0/24'

test.beforeEach(async ({ page }) => {
  const { rehearsal = [] } = (await (await page.request.get('/api/v1/whoami')).json()) as { rehearsal?: string[] }
  test.skip(!rehearsal.includes('aws'), 'nothing is rehearsed here')
})

/** A published plan of AWS, made as another client does it. */
async function makePlan(page: Page, name: string): Promise<void> {
  await call(page, 'POST', '/api/v1/plans', { metadata: { name }, spec: { provider: 'aws' } })
  const spec = { plan: name, version: 1, provider: 'aws', stage: 'published', parameters: { region: REGION, stage: STAGE, apiAccessFrom: [FROM], nodePools: { default: { size: 1 } } } }
  await call(page, 'POST', '/api/v1/planversions', { metadata: { name: `${name}-v1` }, spec })
}

/** The account that the rules give the team, as the server says it. */
async function given(page: Page): Promise<string> {
  const { account } = (await call(page, 'GET', `/api/v1/accountruletest?team=${TEAM}&stage=${STAGE}`)) as { account?: { name: string } }
  return account?.name ?? 'none'
}

test('a plan of AWS is made by mouse, and where a cluster of it will be is said before it is made', async ({ page }) => {
  const plan = `a-cloud-${stamp}`
  const dialog = page.getByRole('dialog')
  try {
    await page.goto('/admin/plans')
    await page.getByRole('button', { name: 'Create plan' }).click()
    await dialog.getByLabel('Name').fill(plan)
    await dialog.getByLabel('Provider').selectOption({ label: 'AWS' })
    await expect(dialog.getByText('Clusters of Amazon EKS')).toBeVisible()
    await dialog.getByRole('button', { name: 'Show me the command' }).click()
    await expect(dialog.getByText(`kore plan create ${plan} --provider aws --for-all`)).toBeVisible()
    await expectAccessibleInBoth(page, '[role=dialog]')
    await dialog.getByRole('button', { name: 'Create plan' }).click()

    // Its draft asks for what EKS needs, with the headings and units of the provider.
    await expect(page.getByRole('heading', { level: 1, name: 'Draft v1' })).toBeVisible()
    const field = (name: string) => page.locator(`[id="field-/spec/parameters/${name}"]`)
    await field('stage').fill(STAGE)
    await expect(page.getByRole('region', { name: 'What the server says' }).getByText('region').first()).toBeVisible()
    await field('region').fill(REGION)
    await field('apiAccessFrom').getByRole('button', { name: 'Add', exact: true }).click()
    await field('apiAccessFrom/0').fill(FROM)
    await field('nodePools/default/size').fill('1')
    await expect(page.getByRole('group', { name: 'Network', exact: true })).toContainText('Way out')
    await expect(page.getByText('It fits.')).toBeVisible()
    await expect(page.getByRole('textbox', { name: 'Plan version as YAML' })).toContainText(new RegExp(`region: "?${REGION}`))
    await expectAccessibleInBoth(page)
    await page.getByRole('button', { name: 'Save draft' }).click()
    await expect(page.getByRole('status').filter({ hasText: 'Saved.' })).toBeVisible()
    await page.getByRole('button', { name: 'Publish…' }).click()
    await dialog.getByRole('button', { name: 'Publish', exact: true }).click()
    await expect(page.getByText('v1 is current')).toBeVisible()
    await expect(page.getByRole('region', { name: 'About' })).toContainText('AWS')
    await expectAccessibleInBoth(page)

    // The team meets it, with the account that is its own.
    await page.goto(`/teams/${TEAM}/clusters/new`)
    const card = page.locator('label', { has: page.getByRole('radio', { name: new RegExp(plan) }) })
    await expect(card).toContainText(`AWS, region ${REGION}`)
    await expect(card).toContainText('1 node, m7i.large or m6i.large')
    await page.getByRole('radio', { name: new RegExp(plan) }).check()
    const beside = page.getByRole('complementary', { name: 'Before you create' })
    await expect(beside.getByRole('heading', { name: 'Where it will be' })).toBeVisible()
    await expect(beside).toContainText(`AWS, region ${REGION}`)
    await expect(beside).toContainText(`Account ${await given(page)}`)
    await expect(beside).toContainText(`gives it to team ${TEAM} and stage ${STAGE}.`)
    await expectAccessibleInBoth(page)

    // Another stage is another account, which is made first; another region is none of the cloud's.
    await page.locator('[id="field-/spec/overrides/stage"]').fill('browser')
    await expect(beside).toContainText('which is made first, in cloud')
    await page.locator('[id="field-/spec/overrides/region"]').fill('us-east-1')
    await expect(beside.getByText(/^Cloud .+ is not for us-east-1, but for /)).toBeVisible()
    await page.getByRole('group', { name: 'Cluster as' }).getByRole('button', { name: 'CLI · API' }).click()
    await expect(page.getByText(/kore cluster create .* --set region=us-east-1/)).toBeVisible()
  } finally {
    await cleanUp(page, { paths: [`/api/v1/plans/${plan}`] })
  }
})

test('what making a cluster of AWS will do is said before it is made', async ({ page }) => {
  const plan = `a-preview-${stamp}`
  await makePlan(page, plan)
  try {
    await page.goto(`/teams/${TEAM}/clusters/new?plan=${plan}`)
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill(`e2e-${stamp}`)
    const beside = page.getByRole('complementary', { name: 'Before you create' })
    await expect(beside.getByText(/\d+ parts are made/)).toBeVisible()
    await beside.getByText(/\d+ parts are made/).click()
    await expect(beside.getByText('Lay down network, key and roles')).toBeVisible()
    await expect(beside.getByText('What you see is what is done, or nothing')).toBeVisible()
  } finally {
    await cleanUp(page, { paths: [`/api/v1/plans/${plan}`] })
  }
})

test('pools of addresses and policies are asked for what their provider has', async ({ page }) => {
  await page.goto('/admin/address-pools')
  await page.getByRole('button', { name: 'Create pool' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('cloud')
  await dialog.getByLabel('Pods').fill('100.88.0.0/14:20')
  await dialog.getByLabel('Provider').selectOption({ label: 'AWS' })
  await expect(dialog.getByLabel('Pods')).toHaveCount(0)
  await dialog.getByLabel('Nodes').fill('10.128.0.0/12:20')
  await dialog.getByRole('button', { name: 'Show me the command' }).click()
  await expect(dialog.getByText('kore address-pool create cloud --provider aws --nodes 10.128.0.0/12:20', { exact: true })).toBeVisible()
  await expectAccessibleInBoth(page, '[role=dialog]')

  await page.goto('/admin/policies/-/new')
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(`p-${stamp}`)
  await page.getByRole('textbox', { name: 'Reason' }).first().fill('cost')
  await page.getByRole('combobox', { name: 'Provider' }).selectOption('aws')
  await expect(page.getByRole('textbox', { name: 'Policy as YAML' })).toContainText('provider: aws')
  await expect(page.getByText('Every plan of AWS, if there is none here.')).toBeVisible()
  await expect(page.getByText('It fits.')).toBeVisible()
  await page.getByRole('button', { name: 'Show me the command' }).click()
  await expect(page.locator('.kore-equivalents pre')).toHaveText('kore apply -f FILE')
  await expectAccessibleInBoth(page)
})

test('the page of a cluster of EKS says where it is, what runs there, and what ends with it', async ({ page }) => {
  const at = `/teams/${TEAM}/clusters/${CLUSTER}`
  const { status } = (await call(page, 'GET', `/api/v1${at}`)) as { status?: { account?: string; accountNumber?: string } }
  const account = status?.account ?? 'none'
  const number = status?.accountNumber ?? 'none'
  await page.goto(at)
  await expect(page.getByText(new RegExp(`, in ${REGION}$`))).toBeVisible()
  const facts = page.locator('.kore-facts').first()
  await expect(facts).toContainText(new RegExp(`${REGION}, \\d zones`))
  await expect(facts.getByRole('link', { name: account })).toBeVisible()
  await expect(facts).toContainText(number)
  await expect(page.getByRole('grid', { name: 'Pools of nodes' })).toContainText('m7i.large')
  await expectAccessibleInBoth(page)

  // What is said above every page stays when the page is scrolled, and lies over nothing.
  const banner = page.getByRole('region', { name: 'Rehearsal' })
  const main = page.locator('#main')
  await main.evaluate((element) => element.scrollTo(0, element.scrollHeight))
  await expect(banner).toBeInViewport()
  const [above, below] = [await banner.boundingBox(), await main.boundingBox()]
  expect((above?.y ?? 0) + (above?.height ?? 0)).toBeLessThanOrEqual(below?.y ?? 0)

  await page.getByRole('link', { name: 'Nodes', exact: true }).click()
  await expect(page.getByRole('grid', { name: 'Nodes' }).getByRole('gridcell', { name: /^v1\.\d+/ }).first()).toBeVisible()
  await expectAccessibleInBoth(page)
  await page.getByRole('link', { name: 'Pods', exact: true }).click()
  await expect(page.getByRole('gridcell', { name: 'kube-system' }).first()).toBeVisible()
  await expectAccessibleInBoth(page)
  await page.getByRole('link', { name: 'Upgrade', exact: true }).click()
  await expect(page.getByText(/^Upgrade from 1\.\d+ to 1\.\d+$|^There is nothing newer/).first()).toBeVisible()
  await expectAccessibleInBoth(page)

  await page.getByRole('button', { name: `Actions of ${CLUSTER}` }).click()
  await page.getByRole('menuitem', { name: 'Delete…' }).click()
  await expect(page.getByRole('dialog').getByText(`Account ${account} stays.`)).toBeVisible()
  await expect(page.getByRole('dialog').getByText(/\d+ parts are removed/)).toBeVisible()
  await expectAccessibleInBoth(page, '[role=dialog]')
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()

  await page.goto(at)
  await facts.getByRole('link', { name: account }).click()
  await expect(page.getByRole('heading', { level: 1, name: account })).toBeVisible()
  await expect(page.getByText(number, { exact: true })).toBeVisible()
  await page.getByRole('link', { name: 'its clusters' }).click()
  await expect(page.getByRole('link', { name: CLUSTER, exact: true })).toBeVisible()
})

test('what stands behind a rehearsed cluster says that it is Kore’s own affair', async ({ page }) => {
  const { items } = (await call(page, 'GET', '/api/v1/teams/rehearsal/clusters')) as { items: { metadata: { name: string } }[] }
  await page.goto(`/teams/rehearsal/clusters/${items[0]?.metadata.name}`)
  await expect(page.getByText(/It stands behind kore-.+ in the rehearsed cloud\. Leave it to Kore\./)).toBeVisible()
  await expectAccessibleInBoth(page)
  await page.goto('/admin/get-started')
  await expect(page.getByText(/^rehearsal\/.+ is there\.$/)).toHaveCount(0)
})

test('who may not read accounts is told what decides which it is, and nothing wrong', async ({ page, browser, baseURL }) => {
  const [plan, member] = [`a-member-${stamp}`, `m-${stamp}`]
  const complaints: string[] = []
  await makePlan(page, plan)
  try {
    await makePerson(page, browser, member, baseURL)
    await call(page, 'POST', `/api/v1/teams/${TEAM}/memberships`, { metadata: { name: member }, spec: { role: 'maintainer' } })
    const theirs = await windowOf(browser, baseURL, complaints)
    await signIn(theirs, member, PASSWORD)
    await theirs.goto(`/teams/${TEAM}/clusters/new?plan=${plan}`)
    const beside = theirs.getByRole('complementary', { name: 'Before you create' })
    await expect(beside).toContainText(`AWS, region ${REGION}`)
    await expect(beside).toContainText(`The account is the one that the platform’s account rules give team ${TEAM} and stage ${STAGE}.`)
    await expect(beside.getByRole('link', { name: /^Rule / })).toHaveCount(0)
    await expectAccessible(theirs)
    await theirs.goto(`/teams/${TEAM}/clusters/${CLUSTER}`)
    const facts = theirs.locator('.kore-facts').first()
    await expect(facts).toContainText(await given(page))
    await expect(facts.getByRole('link', { name: await given(page) })).toHaveCount(0)
    expect(complaints).toEqual([])
  } finally {
    await cleanUp(page, { people: [member], paths: [`/api/v1/teams/${TEAM}/memberships/${member}`, `/api/v1/plans/${plan}`] })
  }
})
