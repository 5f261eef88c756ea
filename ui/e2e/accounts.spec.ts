import { expect, expectAccessible, test } from './kore'
import { call, cleanUp } from './people'
import { TEAM } from './places'

// Of this test alone: a management account is connected once.
const CLOUD = 'account-cloud'
const RULE = 'account-rule'
const SANDBOX = 'account-sandbox'
const STAGE = 'accounts'

const SPEC = {
  provider: 'aws',
  aws: { managementAccount: '000000000003', homeRegion: 'eu-central-1', regions: ['eu-central-1'], organizationalUnit: 'ou-ab12-cdefgh34', accountEmail: 'aws+{account}@example.org' },
}

test('an account comes by the rules or by hand, waits for its cloud, and is deleted as it says', async ({ page }) => {
  await call(page, 'POST', '/api/v1/cloudorganizations', { metadata: { name: CLOUD }, spec: SPEC })
  await call(page, 'POST', '/api/v1/accountrules', { metadata: { name: RULE }, spec: { organization: CLOUD, stages: [STAGE], priority: 901, organizationalUnit: 'Accounts' } })
  const made: string[] = []
  const actions = async (name: string, action: string) => {
    await page.getByRole('button', { name: `Actions of ${name}` }).click()
    await page.getByRole('menuitem', { name: action }).click()
  }
  try {
    // The tester names the account that is not there, and leads to making it.
    await page.goto(`/admin/account-rules/${RULE}`)
    await page.getByRole('combobox', { name: 'Team' }).selectOption(TEAM)
    await page.getByRole('textbox', { name: 'Stage', exact: true }).fill(STAGE)
    await expect(page.getByText(/It gives them account .* in unit Accounts\. It is not there yet\./)).toBeVisible()
    await page.getByRole('button', { name: 'Create this account…' }).click()
    await expect(page.getByRole('heading', { name: 'Create an account' })).toBeVisible()
    await expect(page.getByRole('combobox', { name: 'Team' })).toHaveValue(TEAM)
    const given = page.getByRole('region', { name: 'Which account it is' })
    await expect(given.getByText('It is not there yet.')).toBeVisible()

    // What no rule is for gets none, and the button says so.
    await page.getByRole('textbox', { name: 'Stage' }).fill('no-such-stage')
    await expect(given).not.toContainText(CLOUD)
    await page.getByRole('textbox', { name: 'Stage' }).fill(STAGE)
    await expect(given.getByText('It is not there yet.')).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Show me the command' }).click()
    await expect(page.getByText(`kore account create --team ${TEAM} --stage ${STAGE}`)).toBeVisible()
    await page.getByRole('button', { name: 'Create account' }).click()

    // Its page says for what it waits: nobody reaches AWS from here.
    await expect(page).toHaveURL(new RegExp(`/admin/accounts/${TEAM}-`))
    const name = decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1) ?? '')
    made.push(name)
    await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible()
    await expect(page.getByText(new RegExp(`cloud ${CLOUD} to be ready`)).first()).toBeVisible()
    await expect(page.getByRole('link', { name: `What cloud ${CLOUD} lacks` })).toBeVisible()
    await expect(page.getByRole('link', { name: `rule ${RULE}` })).toBeVisible()
    await expect(page.getByText('What was made of it in the cloud stays as it is.')).toBeVisible()
    await expectAccessible(page)
    await page.goto(`/admin/account-rules/${RULE}`)
    await page.getByRole('combobox', { name: 'Team' }).selectOption(TEAM)
    await page.getByRole('textbox', { name: 'Stage', exact: true }).fill(STAGE)
    await expect(page.getByText('which is there.').getByRole('link', { name })).toBeVisible()

    // By hand, and refused where it is wrong.
    await page.goto('/admin/accounts/-/new')
    await page.getByRole('link', { name: 'By hand' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill(SANDBOX)
    await page.getByRole('combobox', { name: 'Cloud' }).selectOption(CLOUD)
    await page.getByRole('combobox', { name: 'Team' }).selectOption(TEAM)
    await page.getByRole('textbox', { name: 'Stage' }).fill('Live!')
    await page.getByRole('button', { name: 'Create account' }).click()
    await expect(page.getByText('is no stage').first()).toBeVisible()
    await page.getByRole('textbox', { name: 'Stage' }).fill('')
    await page.getByRole('button', { name: 'Create account' }).click()
    await expect(page.getByRole('heading', { name: SANDBOX, level: 1 })).toBeVisible()
    made.push(SANDBOX)

    // One that is closed when it is deleted asks for its name; one that stays does not.
    await page.getByText('Change it').click()
    await page.getByRole('checkbox', { name: 'Close the account when it is deleted here' }).check()
    await page.getByRole('button', { name: 'Save account' }).click()
    await expect(page.getByText('is closed, with everything in it').first()).toBeVisible()
    await actions(SANDBOX, 'Delete…')
    const dialog = page.getByRole('dialog')
    await expect(dialog).toContainText('is closed, with everything in it')
    await expectAccessible(page, '[role=dialog]')
    await dialog.getByRole('button', { name: 'Delete account' }).click()
    await expect(dialog.getByText(`Type ${SANDBOX}.`)).toBeVisible()
    await dialog.getByRole('textbox', { name: `Type ${SANDBOX} to confirm` }).fill(SANDBOX)
    await dialog.getByRole('button', { name: 'Delete account' }).click()
    await expect(page).toHaveURL(/\/admin\/accounts$/)
    await expect(page.getByRole('link', { name: SANDBOX })).toHaveCount(0)

    // A cloud goes after its accounts.
    await page.goto(`/admin/clouds/${CLOUD}`)
    await actions(CLOUD, 'Delete…')
    await dialog.getByRole('textbox', { name: `Type ${CLOUD} to confirm` }).fill(CLOUD)
    await dialog.getByRole('button', { name: 'Delete cloud' }).click()
    await expect(dialog.getByText(`cloud ${CLOUD} has accounts: ${name}`)).toBeVisible()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('link', { name: 'its accounts' }).click()
    await expect(page.getByRole('grid', { name: 'Accounts' }).getByRole('row', { name })).toContainText(CLOUD)
    await actions(name, 'Delete…')
    await expect(dialog).toContainText('What was made of it in the cloud stays as it is.')
    await dialog.getByRole('button', { name: 'Delete account' }).click()
    await expect(page.getByRole('link', { name })).toHaveCount(0)
  } finally {
    await cleanUp(page, { paths: [...made.map((name) => `/api/v1/cloudaccounts/${name}`), `/api/v1/accountrules/${RULE}`, `/api/v1/cloudorganizations/${CLOUD}`] })
  }
})
