import type { Page } from '@playwright/test'
import { expect, expectAccessible, test } from './kore'

/** A cluster of the installation that runs pods; its nodes have the image. */
const [TEAM, CLUSTER] = (process.env.KORE_CLUSTER ?? 'payments/dev').split('/') as [string, string]
const IMAGE = process.env.KORE_IMAGE ?? 'kore.internal/hello:1'
const AT = `/teams/${TEAM}/clusters/${CLUSTER}`
const name = `e-${Date.now().toString(36)}`

/** Another client, as the command line is. */
async function send(page: Page, method: string, path: string, data?: unknown) {
  const headers = { 'kore-client': 'console/e2e', ...(method === 'DELETE' && { 'if-match': '*' }) }
  const response = await page.request.fetch(path, { method, headers, data })
  expect(response.ok(), `${method} ${path}: ${await response.text()}`).toBe(true)
}

const SCRIPT = `i=0; while true; do i=$((i+1)); printf '\\033[32mINFO\\033[0m line %d\\n' $i; [ $((i%5)) = 0 ] && printf '10%%\\r100%% whole\\n'; sleep 0.2; done`

function deployment(app: string, container: object) {
  const template = { metadata: { labels: { app } }, spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'main', image: IMAGE, ...container }] } }
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: app }, spec: { replicas: 1, selector: { matchLabels: { app } }, template } }
}

test.beforeAll(async ({ browser }) => {
  const page = await browser.newPage()
  const { signIn } = await import('./kore')
  await signIn(page)
  await send(page, 'POST', `/api/v1/teams/${TEAM}/clusternamespaces`, { metadata: { name: `${CLUSTER}.${name}` }, spec: { cluster: CLUSTER, name } })
  const path = `/k8s/${TEAM}/${CLUSTER}/apis/apps/v1/namespaces/${name}/deployments`
  await expect(async () => send(page, 'POST', path, deployment('talker', { command: ['/bin/sh', '-c', SCRIPT] }))).toPass()
  await send(page, 'POST', path, deployment('wrong', { image: 'kore.internal/no-such-image:1' }))
  await page.close()
})

test.afterAll(async ({ browser }) => {
  const page = await browser.newPage()
  const { signIn } = await import('./kore')
  await signIn(page)
  await send(page, 'DELETE', `/api/v1/teams/${TEAM}/clusternamespaces/${CLUSTER}.${name}`)
  await page.close()
})

test('what runs is seen, with the reason where it does not, and is scaled and restarted', async ({ page }) => {
  await page.goto(`${AT}/workloads?namespace=${name}`)
  const row = (text: string) => page.getByRole('row').filter({ hasText: text })
  await expect(row('talker')).toContainText('Ready')
  await expect(row('talker')).toContainText('1/1')
  await expect(row('wrong')).toContainText(/pull|ImagePullBackOff|not found/i)
  await expectAccessible(page)

  await page.getByRole('button', { name: 'Actions of talker' }).click()
  await page.getByRole('menuitem', { name: 'Scale…' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.locator('#field-replicas')).toBeFocused()
  await dialog.locator('#field-replicas').fill('2')
  await dialog.getByRole('button', { name: 'Show me the command' }).click()
  await expect(dialog.locator('pre').first()).toHaveText(`kore exec ${TEAM}/${CLUSTER} -- kubectl -n ${name} scale deployment/talker --replicas=2`)
  await expectAccessible(page, '[role=dialog]')
  await dialog.getByRole('button', { name: 'Scale', exact: true }).click()
  await expect(dialog).toBeHidden()
  await expect(row('talker')).toContainText('2/2')

  await page.getByRole('checkbox', { name: 'Only what is in trouble' }).check()
  await expect(page).toHaveURL(/trouble=true/)
  await expect(row('talker')).toBeHidden()
  await page.getByRole('link', { name: 'wrong' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'wrong' })).toBeVisible()
  await expect(page.getByText(/ImagePullBackOff|ErrImagePull/).first()).toBeVisible()
  await page.getByRole('link', { name: 'Events' }).click()
  await expect(page.getByRole('row').filter({ hasText: 'Failed to pull image' }).first()).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'YAML' }).click()
  await expect(page.locator('pre')).toContainText('no-such-image')

  await page.goto(`${AT}/workloads/deployments/${name}/talker`)
  await page.getByRole('button', { name: 'Restart', exact: true }).click()
  await dialog.getByRole('button', { name: 'Restart', exact: true }).click()
  await expect(dialog).toBeHidden()
  await page.getByRole('link', { name: 'YAML' }).click()
  await expect(page.locator('pre')).toContainText('kubectl.kubernetes.io/restartedAt')
  await expect(page.locator('.kore-page-title').getByText('Ready')).toBeVisible()
})

async function openTalker(page: Page, view: string) {
  await page.goto(`${AT}/pods?namespace=${name}&q=talker`)
  // Those that a restart has ended go by and by.
  await expect(page.getByRole('row').filter({ hasText: 'Terminating' })).toHaveCount(0)
  await page.getByRole('row').filter({ hasText: 'Running' }).getByRole('link', { name: /^talker-/ }).first().click()
  await page.getByRole('navigation', { name: 'Views of the pod' }).getByRole('link', { name: view }).click()
}

test('a log is followed, read back, searched, and goes on after the connection was lost', async ({ page }) => {
  await openTalker(page, 'Logs')
  const log = page.getByRole('log')
  await expect(log.getByText('INFO').first()).toBeVisible()
  await expect(log.locator('.kore-log-row', { hasText: '100% whole' }).first()).toHaveText('100% whole')
  await expectAccessible(page)
  const last = async () => Number(/(\d+)$/.exec((await log.locator('.kore-log-row', { hasText: 'line' }).last().textContent()) ?? '')?.[1])
  const before = await last()
  await expect.poll(last).toBeGreaterThan(before)

  await page.getByRole('button', { name: 'Read back' }).click()
  await expect(page.getByRole('button', { name: /Jump to end · \d+ new/ })).toBeVisible()
  await page.getByRole('textbox', { name: 'Find in the log' }).fill('LINE 1')
  await expect(page.locator('.kore-log-count')).toHaveText(/^0 lines/)
  await page.getByRole('textbox', { name: 'Find in the log' }).fill('line 7')
  await page.keyboard.press('Enter')
  await expect(page.locator('.kore-log-count')).toHaveText(/^1 of [\d,]+ lines?/)
  await expect(log.locator('.kore-log-current')).toContainText('INFO line 7')
  await expect(page).toHaveURL(/find=line/)

  // Without a connection for a while: nothing is lost, nothing comes twice.
  await page.context().setOffline(true)
  await page.waitForTimeout(1500)
  await page.context().setOffline(false)
  await page.getByRole('button', { name: /Jump to end/ }).click()
  const now = await last()
  await expect.poll(last).toBeGreaterThan(now + 10)
  await page.locator('.kore-log-bar').getByText('Times').click()
  const seen = (await log.locator('.kore-log-row', { hasText: 'line' }).allTextContents()).map((text) => Number(/(\d+)$/.exec(text)?.[1]))
  expect(seen.slice(1).every((number, at) => number === (seen[at] ?? 0) + 1), seen.join(' ')).toBe(true)

  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download raw' }).click()])
  expect(file.suggestedFilename()).toMatch(/^talker-.*-main\.log$/)
})

test('a shell opens, does what is typed, can be left by keyboard, and says how it ended', async ({ page }) => {
  await openTalker(page, 'Shell')
  await page.getByRole('button', { name: 'Open shell' }).click()
  await expect(page.getByText('Connected.')).toBeVisible()
  await page.keyboard.type('echo $((6*7))-is-it\n')
  await expect(page.locator('.xterm-rows')).toContainText('42-is-it')
  await page.keyboard.press('Shift+F6')
  await expect(page.locator('.kore-shell-bar .kore-hint')).toBeFocused()
  await expectAccessible(page)
  await page.locator('.xterm-helper-textarea').focus()
  await page.keyboard.type('exit 7\n')
  await expect(page.getByText('The shell ended with exit code 7.')).toBeVisible()
})

test('a pod is deleted, and another one comes', async ({ page }) => {
  await openTalker(page, 'Containers')
  const gone = (await page.getByRole('heading', { level: 1 }).textContent()) ?? ''
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Delete pod' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete pod' }).click()
  await expect(page).toHaveURL(/\/pods\?namespace=/)
  await expect(page.getByRole('link', { name: gone })).toBeHidden()
  await expect(page.getByRole('row').filter({ hasText: 'talker-' }).filter({ hasText: 'Running' }).first()).toBeVisible()
})

for (const scheme of ['light', 'dark'] as const) {
  test(`every list opens, in the ${scheme} theme`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme })
    const lists = { namespaces: name, services: 'kubernetes', events: 'BackOff', nodes: 'Ready', pods: 'talker-', workloads: 'talker' }
    for (const [tab, text] of Object.entries(lists)) {
      await page.goto(`${AT}/${tab}`)
      await expect(page.getByRole('row').filter({ hasText: text }).first()).toBeVisible()
      await expectAccessible(page)
    }
    await page.getByRole('link', { name: 'Nodes' }).click()
    await page.getByRole('row').nth(1).getByRole('link').first().click()
    await expect(page.getByRole('heading', { name: 'About' })).toBeVisible()
    await expect(page.getByRole('row').filter({ hasText: 'talker-' }).first()).toBeVisible()
    await expectAccessible(page)
  })
}

test('what is not there says so', async ({ page }) => {
  await page.goto(`${AT}/pods/${name}/no-such-pod`)
  await expect(page.getByRole('heading', { name: 'There is no such pod' })).toBeVisible()
  await page.goto(`${AT}/pods?namespace=${name}&q=nothing-like-it`)
  await expect(page.getByRole('heading', { name: 'Nothing matches this filter' })).toBeVisible()
})
