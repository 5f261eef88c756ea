import type { Browser, Page } from '@playwright/test'
import { expect } from './kore'

export const PASSWORD = 'amber-ladder-4711-moss'
const headers = { 'kore-client': 'console/e2e' }

/** A context without a session, whatever the test's own begins with. */
const NOBODY = { cookies: [], origins: [] }

type Answer = Record<string, unknown>

/** What another client does; answers with what the server says, and fails with it. */
export async function call(page: Page, method: string, path: string, data?: unknown): Promise<Answer> {
  const response = await page.request.fetch(path, { method, data, headers: { ...headers, ...(method === 'DELETE' && { 'if-match': '*' }) } })
  expect(response.ok(), `${method} ${path}: ${await response.text()}`).toBe(true)
  return (await response.json().catch(() => ({}))) as Answer
}

/** A person of the platform with a password, who is signed in nowhere. */
export async function makePerson(page: Page, browser: Browser, name: string, baseURL?: string): Promise<void> {
  await call(page, 'POST', '/api/v1/users', { metadata: { name }, spec: {} })
  const { url } = await call(page, 'POST', `/api/v1/users/${name}/claim`)
  const context = await browser.newContext({ baseURL, storageState: NOBODY })
  const theirs = await context.newPage()
  await theirs.goto(new URL(String(url)).pathname)
  await theirs.locator('#password').fill(PASSWORD)
  await theirs.locator('#again').fill(PASSWORD)
  await theirs.getByRole('button', { name: /set password/i }).click()
  await theirs.waitForURL((at) => !at.pathname.startsWith('/auth/claim'))
  await context.close()
}

/** A window of somebody else's, without a session; what the browser complains about is added to `complaints`.
 * The network of the machine changes when nodes come and go on it. */
export async function windowOf(browser: Browser, baseURL: string | undefined, complaints: string[]): Promise<Page> {
  const page = await (await browser.newContext({ baseURL, storageState: NOBODY, viewport: { width: 1440, height: 900 } })).newPage()
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of [45]\d\d|net::ERR_NETWORK_CHANGED/.test(message.text())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  return page
}

async function quietly(page: Page, method: string, path: string): Promise<void> {
  await page.request.fetch(path, { method, headers: { ...headers, 'if-match': '*' } })
}

async function deleteClusters(page: Page, team: string): Promise<void> {
  const response = await page.request.get(`/api/v1/teams/${team}/clusters`)
  if (!response.ok()) return
  const { items } = (await response.json()) as { items: { metadata: { name: string } }[] }
  for (const { metadata } of items) {
    const at = `/api/v1/teams/${team}/clusters/${metadata.name}`
    // One after the other: the machine is small.
    // oxlint-disable-next-line no-await-in-loop
    await quietly(page, 'DELETE', at)
    // oxlint-disable-next-line no-await-in-loop
    await expect.poll(async () => (await page.request.get(at)).status()).toBe(404)
  }
}

/** Lets go of what a story made, however far it came: clusters and their team, things by their path, people. */
export async function cleanUp(page: Page, left: { team?: string; paths?: string[]; people?: string[] }): Promise<void> {
  for (const path of left.paths ?? []) {
    // oxlint-disable-next-line no-await-in-loop
    await quietly(page, 'DELETE', path)
  }
  if (left.team) {
    await deleteClusters(page, left.team)
    await quietly(page, 'DELETE', `/api/v1/teams/${left.team}`)
  }
  await Promise.all((left.people ?? []).map((name) => quietly(page, 'DELETE', `/api/v1/users/${name}`)))
}
