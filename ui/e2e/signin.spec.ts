import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, expectAccessible, test } from './kore'

// KORE_OIDC: the absolute folder in which tools/oidc/install has put the provider; KORE_PUBLIC: the server's own address.
const installed = process.env.KORE_OIDC
const home = process.env.KORE_PUBLIC ?? process.env.KORE_URL ?? ''
const name = `b-corp-${Date.now().toString(36)}`
const SECRET = 'only for this test, and long enough'

let provider: ChildProcess | null = null
let issuer = ''

test.skip(!installed, 'needs an OpenID provider: KORE_OIDC')

test.beforeAll(async () => {
  const client = {
    client_id: 'kore', client_secret: SECRET, scope: 'openid profile email groups', redirect_uris: [`${home}/auth/oidc/${name}/callback`],
    post_logout_redirect_uris: [`${home}/auth/login`], grant_types: ['authorization_code'], response_types: ['code'],
  }
  const ana = { preferred_username: 'ana', name: 'Ana Example', email: 'ana@example.com', email_verified: true, groups: ['devs', 'unknown'] }
  const script = fileURLToPath(new URL('../../tools/oidc/provider.mjs', import.meta.url))
  const config = JSON.stringify({ clients: [client], accounts: { ana } })
  provider = spawn('node', [script, config], { stdio: ['pipe', 'pipe', 'inherit'] })
  if (!provider.stdout) throw new Error('no output')
  const [line] = (await once(provider.stdout, 'data')) as [Buffer]
  issuer = line.toString().trim()
})
test.afterAll(() => provider?.stdin?.end())

test('a provider is tried before it is saved, connected, switched off and deleted', async ({ page, context }) => {
  await page.goto('/admin/sign-in')
  await page.getByRole('button', { name: 'Connect a provider' }).click()
  await page.locator('#field-name').fill(name)
  await page.locator('#field-issuer').fill(issuer)
  await page.locator('#field-clientId').fill('kore')
  await page.locator('#field-clientSecret').fill(SECRET)
  await page.locator('#field-scopes').fill('profile email groups')
  await page.getByRole('button', { name: 'Add a group' }).click()
  await page.getByRole('textbox', { name: 'Group', exact: true }).fill('devs')
  await page.getByRole('combobox', { name: 'Team' }).selectOption('payments')
  await page.getByText('A provider that is not on the Internet').click()
  await page.locator('#field-allowedAddresses').fill('127.0.0.1/32')
  await page.getByRole('button', { name: 'Show me the command' }).click()
  await expect(page.locator('pre')).toContainText(`kore idp create ${name}`)
  await expect(page.locator('pre')).not.toContainText(SECRET)

  const [popup] = await Promise.all([context.waitForEvent('page'), page.getByRole('button', { name: 'Try sign-in' }).click()])
  await popup.locator('input[name=login]').fill('ana')
  await popup.locator('input[name=password]').fill('any')
  await popup.getByRole('button').first().click()
  await popup.getByRole('button', { name: /continue/i }).click()
  await expect(page.getByText('They would come in as ana')).toBeVisible()
  await popup.close().catch(() => {})
  await expect(page.getByText('developer of payments, by devs')).toBeVisible()
  await expect(page.getByRole('rowheader', { name: 'preferred_username' })).toBeVisible()
  await expectAccessible(page)

  await page.getByRole('button', { name: 'Connect provider' }).click()
  await expect(page).toHaveURL(new RegExp(`/admin/sign-in/providers/${name}$`))
  await expect(page.getByText(`${home}/auth/oidc/${name}/callback`)).toBeVisible()
  await expect(page.getByText('One is kept; leave it empty to keep it.', { exact: false })).toBeVisible()
  await page.locator('#field-displayName').fill('Example Corp')
  await page.getByRole('button', { name: 'Save provider' }).click()
  await page.goto('/admin/sign-in')
  await expect(page.getByText('Example Corp')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: `Actions of ${name}` }).click()
  await page.getByRole('menuitem', { name: 'Switch off…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Switch off' }).click()
  await expect(page.getByRole('gridcell', { name: 'Off' })).toBeVisible()
  await page.getByRole('button', { name: `Actions of ${name}` }).click()
  await page.getByRole('menuitem', { name: 'Delete…' }).click()
  await page.locator('#field-confirm').fill(name)
  await page.getByRole('button', { name: 'Delete provider' }).click()
  await expect(page.getByRole('link', { name })).toBeHidden()
})
