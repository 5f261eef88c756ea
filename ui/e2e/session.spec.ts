import type { BrowserContext, Page, Request, Route } from '@playwright/test'
import { expect, test } from './kore'
import { call } from './people'

/** Signs in through the dialog that stands over the page, and waits until the page has gone on. */
async function goOn(page: Page, context: BrowserContext): Promise<void> {
  const ended = page.getByRole('dialog', { name: 'Your session has ended' })
  await expect(ended).toBeVisible()
  const [popup] = await Promise.all([context.waitForEvent('page'), ended.getByRole('button', { name: 'Sign in' }).click()])
  await popup.getByLabel('Name').fill(process.env.KORE_USER ?? 'admin')
  await popup.getByLabel('Password').fill(process.env.KORE_PASSWORD ?? '')
  // It tells the page, and closes.
  await Promise.all([popup.waitForEvent('close'), popup.getByRole('button', { name: 'Sign in' }).click()])
  await expect(ended).toBeHidden()
}

test('a session that ends takes nothing away', async ({ page, context }) => {
  await page.goto('/admin/teams')
  await page.getByRole('button', { name: 'Create team' }).click()
  await page.locator('#field-name').fill('half-typed')
  await context.clearCookies()
  await page.locator('#field-description').fill('still here')
  await page.getByRole('dialog').getByRole('button', { name: 'Create team' }).click()
  // The request goes on by itself.
  await goOn(page, context)
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(page.getByRole('link', { name: 'half-typed' })).toBeVisible()
  await page.getByRole('button', { name: 'Actions of half-typed' }).click()
  await page.getByRole('menuitem', { name: 'Delete…' }).click()
  await page.locator('#field-confirm').fill('half-typed')
  await page.getByRole('button', { name: 'Delete team' }).click()
  await expect(page.getByRole('link', { name: 'half-typed' })).toBeHidden()
})

/** Ends the page's session on the server, as another client of the same person may. */
async function endSession(page: Page): Promise<void> {
  const { items } = (await call(page, 'GET', '/api/v1/sessions?limit=500')) as { items: { id: string; current: boolean }[] }
  const current = items.find((session) => session.current)
  await call(page, 'DELETE', `/api/v1/sessions/${current?.id ?? 'none'}`)
}

test('a session that ends again and again while somebody types loses nothing of it', async ({ page, context }) => {
  const team = `d-ses-${Date.now().toString(36)}`
  await call(page, 'POST', '/api/v1/teams', { metadata: { name: team }, spec: {} })
  const clusters = `/api/v1/teams/${team}/clusters`
  const refused: Request[] = []
  page.on('response', (response) => {
    if (response.status() === 401) refused.push(response.request())
  })
  const isClusters = (url: URL) => url.pathname === clusters
  type Asked = (request: Request) => boolean
  /** What is done makes the page ask; just before that reaches the server the session ends. It goes on after the next sign-in.
   * What the page asks anew for what was done before is let through. */
  const endedAt = async (asked: Asked, act: () => Promise<void>) => {
    refused.length = 0
    let isOver = false
    const handler = async (route: Route) => {
      if (!isOver && asked(route.request())) {
        isOver = true
        await endSession(page)
      }
      await route.continue()
    }
    await page.route(isClusters, handler)
    await act()
    await goOn(page, context)
    await page.unroute(isClusters, handler)
    expect(refused.some(asked)).toBe(true)
  }
  const isPreview = (request: Request) => new URL(request.url()).searchParams.get('dryRun') === 'All'
  const isCreate = (request: Request) => request.method() === 'POST' && isClusters(new URL(request.url()))
  /** The preview of what has just been entered. */
  const preview = (entered: Record<string, unknown>): Asked => (request) => {
    if (!isCreate(request) || !isPreview(request)) return false
    try {
      expect(request.postDataJSON()).toMatchObject(entered)
      return true
    } catch {
      return false
    }
  }
  const submit: Asked = (request) => isCreate(request) && !isPreview(request)
  const pool = (entered: Record<string, unknown>) => ({ spec: { overrides: { nodePools: { default: entered } } } })
  const name = page.locator('[id="field-/metadata/name"]')
  const memory = page.getByRole('spinbutton', { name: /^Memory/ }).or(page.getByRole('textbox', { name: /^Memory/ })).first()
  const nodes = page.getByRole('spinbutton', { name: /^Nodes/ }).or(page.getByRole('textbox', { name: /^Nodes/ })).first()
  const beside = page.getByRole('complementary', { name: 'Before you create' })
  try {
    await page.goto(`/teams/${team}/clusters/new`)
    await endedAt(preview({ spec: { plan: { name: 'evaluation' } } }), () => page.getByRole('radio', { name: /Evaluation/ }).check())
    await endedAt(preview({ metadata: { name: 'typed-in-pieces' } }), () => name.fill('typed-in-pieces'))
    await expect(page.getByRole('radio', { name: /Evaluation/ })).toBeChecked()
    await endedAt(preview(pool({ size: 2 })), () => nodes.fill('2'))
    await expect(name).toHaveValue('typed-in-pieces')
    await endedAt(preview(pool({ memoryMib: 3072 })), () => memory.fill('3072'))
    await expect(nodes).toHaveValue('2')
    // In the text, too; while it is paused, nothing begins.
    await page.getByRole('group', { name: 'Cluster as' }).getByRole('button', { name: 'YAML' }).click()
    await page.getByRole('textbox', { name: 'Cluster as YAML' }).click()
    await page.keyboard.press('Control+End')
    await endedAt(preview({ spec: { paused: true } }), () => page.keyboard.insertText('  paused: true\n'))
    // The preview of all of it is there; what sends it finds no session, and is sent once more.
    await expect(beside.getByText('the cluster is paused: nothing is done until it is not')).toBeVisible()
    await endedAt(submit, () => page.getByRole('button', { name: 'Create cluster' }).click())
    await expect(page.getByRole('heading', { level: 1, name: 'typed-in-pieces' })).toBeVisible()
    const { items } = (await call(page, 'GET', clusters)) as { items: unknown[] }
    expect(items).toHaveLength(1)
    expect(items[0]).toMatchObject({
      metadata: { name: 'typed-in-pieces' },
      spec: { plan: { name: 'evaluation' }, overrides: { nodePools: { default: { size: 2, memoryMib: 3072 } } }, paused: true },
    })
  } finally {
    await page.request.fetch(`${clusters}/typed-in-pieces`, { method: 'DELETE', headers: { 'kore-client': 'console/e2e', 'if-match': '*' } })
    await expect.poll(async () => (await page.request.get(`${clusters}/typed-in-pieces`)).status()).toBe(404)
    await call(page, 'DELETE', `/api/v1/teams/${team}`)
  }
})
