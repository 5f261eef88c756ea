// What the console's list of clusters costs a browser: from a filter to painted rows, what the page takes while nothing
// happens, and what becomes of its heap while clusters change. Against any server; see README.md.
import { createRequire } from 'node:module'

const { chromium } = createRequire(new URL('../../ui/package.json', import.meta.url))('@playwright/test')
const { KORE_URL = 'http://127.0.0.1:7310', KORE_USER = 'admin', KORE_PASSWORD = '', KORE_FILTERS = 'e,a,d,o,v,i,l,t,r,n', CHROMIUM = '/usr/bin/chromium' } = process.env
const IDLE = Number(process.env.IDLE_SECONDS ?? 30)
const MINUTES = Number(process.env.HEAP_MINUTES ?? 0)
const headers = { 'kore-client': 'console/bench' }

/** In the page: from the key to the frame after the one in which every row answers to the filter. */
function untilPainted(filter) {
  return new Promise((done) => {
    addEventListener('keydown', ({ timeStamp }) => {
      const look = () => {
        const rows = [...document.querySelectorAll('tbody tr')]
        const isThere = location.search.includes('filter') && rows.length > 0 && rows.every((row) => row.textContent.includes(filter))
        requestAnimationFrame(isThere ? () => done(performance.now() - timeStamp) : look)
      }
      requestAnimationFrame(look)
    }, { once: true, capture: true })
  })
}

async function filtered(page, filter) {
  const box = page.getByRole('main').getByPlaceholder(/contains/).first()
  await box.fill('')
  await box.press('Enter')
  await page.waitForURL((url) => !url.search.includes('filter'))
  await page.waitForTimeout(500)
  await box.fill(filter)
  const took = page.evaluate(untilPainted, filter)
  // The listener is there before the key is pressed.
  await page.evaluate(() => null)
  await box.press('Enter')
  return took
}

/** Changes a label of a cluster, as another client would. */
async function change(page, path, turn) {
  const before = await page.request.get(path)
  const cluster = await before.json()
  cluster.metadata.labels = { ...cluster.metadata.labels, turn: String(turn) }
  delete cluster.status
  const answer = await page.request.put(path, { headers: { ...headers, 'if-match': before.headers().etag }, data: cluster })
  if (!answer.ok()) throw new Error(`PUT ${path}: ${await answer.text()}`)
}

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
  const first = (await (await page.request.get('/api/v1/clusters?limit=1', { headers })).json())
  const clusters = first.items.length + (first.metadata.remainingItemCount ?? 0)
  const took = []
  for (const filter of KORE_FILTERS.split(',')) took.push(await filtered(page, filter))
  took.sort((a, b) => a - b)
  const at = (part) => Math.round(took[Math.min(took.length - 1, Math.floor(took.length * part))])

  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  const read = async () => Object.fromEntries((await session.send('Performance.getMetrics')).metrics.map(({ name, value }) => [name, value]))
  const settled = async () => {
    await session.send('HeapProfiler.collectGarbage')
    const { JSHeapUsedSize, Nodes } = await read()
    return { MiB: Number((JSHeapUsedSize / 2 ** 20).toFixed(1)), nodes: Nodes }
  }
  await page.goto('/admin/clusters')
  await page.locator('tbody tr').first().waitFor()
  await page.waitForTimeout(3000)
  const before = await read()
  await page.waitForTimeout(IDLE * 1000)
  const after = await read()
  const heap = [{ minute: 0, ...(await settled()) }]
  const path = `/api/v1/teams/${first.items[0]?.metadata.team}/clusters/${first.items[0]?.metadata.name}`
  for (let minute = 1; minute <= MINUTES; minute += 1) {
    const end = Date.now() + 60_000
    for (let turn = 0; Date.now() < end; turn += 1) {
      await change(page, path, turn)
      await page.waitForTimeout(1000)
    }
    if (minute % 5 === 0 || minute === MINUTES) heap.push({ minute, ...(await settled()) })
  }
  console.log(JSON.stringify({
    clusters, filters: took.length,
    filterToPaintMs: { p50: at(0.5), p95: at(0.95), most: Math.round(took.at(-1)) },
    idle: { seconds: IDLE, cpuPercent: Number(((after.TaskDuration - before.TaskDuration) / IDLE * 100).toFixed(2)) },
    heap,
  }, null, 1))
} finally {
  await browser.close()
}
