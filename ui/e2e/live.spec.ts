import { expect, test } from './kore'

/** Another client, as the command line is: what it does must show without anybody pressing anything. */
async function another(page: import('@playwright/test').Page, method: string, path: string, data?: unknown) {
  const headers = { 'kore-client': 'console/e2e', ...(method === 'DELETE' && { 'if-match': '*' }) }
  const response = await page.request.fetch(path, { method, headers, data })
  expect(response.ok(), await response.text()).toBe(true)
}

test('what others do shows by itself, in a list and on a page', async ({ page, context }) => {
  const name = `live-${Date.now().toString(36)}`
  await page.goto('/admin/teams')
  await expect(page.getByRole('button', { name: 'Updates: Live' })).toBeVisible()
  const second = await context.newPage()
  await second.goto('/admin/teams')
  await another(page, 'POST', '/api/v1/teams', { metadata: { name }, spec: {} })
  await page.bringToFront()
  await expect(page.getByRole('link', { name })).toBeVisible()
  await page.goto(`/teams/${name}/clusters`)
  await expect(page.getByRole('heading', { name: 'No clusters yet' })).toBeVisible()
  await another(page, 'DELETE', `/api/v1/teams/${name}`)
  await expect(page.getByRole('heading', { name: 'There is no such team' })).toBeVisible()
})

test('pages say when they no longer follow, and go on by themselves', async ({ page }) => {
  // Without a shared worker the page listens itself; and there its requests can be held up.
  await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'SharedWorker'))
  await page.route('**/api/v1/events*', (route) => route.fulfill({ status: 503 }))
  await page.goto('/admin/teams')
  await expect(page.getByText(/No updates since/)).toBeVisible()
  await page.unroute('**/api/v1/events*')
  await expect(page.getByText(/No updates since/)).toBeHidden()
  await expect(page.getByRole('button', { name: 'Updates: Live' })).toBeVisible()
})

test('a page whose style sheet does not come at first shows all the same, and gets it', async ({ page }) => {
  await page.goto('/admin')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  const refused = new Set<string>()
  await page.route(/\/assets\/.*\.css$/, (route) => {
    const url = route.request().url()
    if (refused.has(url)) return route.continue()
    refused.add(url)
    return route.abort('internetdisconnected')
  })
  await page.getByRole('link', { name: 'Users' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Users' })).toBeVisible()
  expect(refused.size).toBeGreaterThan(0)
  const styled = () => page.evaluate(() => Array.from(document.styleSheets, ({ href }) => href))
  await expect.poll(styled).toEqual(expect.arrayContaining([...refused]))
})
