// What the console's list of clusters costs a browser: from a filter to painted rows, and what the page takes while
// nothing happens. Against any server: KORE_URL, KORE_USER, KORE_PASSWORD; see README.md.
import { createRequire } from 'node:module'

const { chromium } = createRequire(new URL('../../ui/package.json', import.meta.url))('@playwright/test')
const { KORE_URL = 'http://127.0.0.1:7310', KORE_USER = 'admin', KORE_PASSWORD = '', KORE_FILTERS = 'eadoviltrnshgcmpbuwy', CHROMIUM = '/usr/bin/chromium' } = process.env
// Each is used once: what was asked for is not asked for again within seconds.
const FILTERS = [...KORE_FILTERS].slice(0, Number(process.env.ROUNDS ?? 20))
const IDLE = Number(process.env.IDLE_SECONDS ?? 30)

const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
try {
  const page = await browser.newPage({ baseURL: KORE_URL, viewport: { width: 1440, height: 900 } })
  await page.goto('/auth/login')
  await page.locator('input[name="name"], input[name="username"]').first().fill(KORE_USER)
  await page.locator('input[name="password"]').fill(KORE_PASSWORD)
  await page.getByRole('button', { name: /sign in/i }).first().click()
  await page.waitForURL((url) => !url.pathname.startsWith('/auth/login'))

  await page.goto('/admin/clusters')
  await page.locator('tbody tr').first().waitFor()
  const total = await page.locator('main').getByText(/in all/).first().innerText().catch(() => 'unknown')

  // From the key that asks to the frame after the answer.
  const took = []
  for (const filter of FILTERS) {
    const box = page.getByRole('main').getByPlaceholder(/contains/).first()
    await box.fill('')
    await box.press('Enter')
    await page.waitForURL((url) => !url.search.includes('filter'))
    await page.waitForTimeout(500)
    const answered = page.waitForResponse((response) => /\/api\/v1\/clusters\?.*filter/.test(response.url()))
    await box.fill(filter)
    const began = performance.now()
    await box.press('Enter')
    await answered
    // Two frames: the one that draws the rows, and the one that shows them.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
    took.push(performance.now() - began)
  }
  took.sort((a, b) => a - b)
  const at = (part) => Math.round(took[Math.min(took.length - 1, Math.floor(took.length * part))])

  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  const read = async () => Object.fromEntries((await session.send('Performance.getMetrics')).metrics.map(({ name, value }) => [name, value]))
  await session.send('HeapProfiler.collectGarbage')
  const before = await read()
  await page.waitForTimeout(IDLE * 1000)
  const after = await read()
  await session.send('HeapProfiler.collectGarbage')
  const settled = await read()
  console.log(JSON.stringify({
    server: KORE_URL, clusters: total, rounds: FILTERS.length,
    filterToPaintMs: { p50: at(0.5), p95: at(0.95), most: Math.round(took.at(-1)) },
    idle: { seconds: IDLE, cpuPercent: Number(((after.TaskDuration - before.TaskDuration) / IDLE * 100).toFixed(2)) },
    heapMiB: Number((settled.JSHeapUsedSize / 2 ** 20).toFixed(1)), nodes: settled.Nodes,
  }, null, 2))
} finally {
  await browser.close()
}
