import { expect, expectAccessible, test } from './kore'

const PAGES = [
  '/admin', '/admin/get-started', '/admin/teams', '/admin/clusters', '/admin/plans', '/admin/policies', '/admin/users',
  '/admin/sign-in', '/admin/roles', '/admin/access-requests', '/admin/quotas', '/admin/address-pools', '/admin/activity',
  '/admin/health', '/account', '/operations', '/admin/plans/evaluation', '/admin/plans/evaluation/draft', '/admin/plans/evaluation/compare',
  '/admin/policies/production', '/admin/policies/-/new', '/admin/policies/-/matrix', '/admin/address-pools/reservations',
  '/admin/users/admin', '/admin/roles/bindings', '/admin/roles/new', '/admin/roles/role/developer',
  '/admin/sign-in/connect', '/teams/payments/access', '/teams/payments/access?view=requests',
  '/teams/payments/access?view=who&subject=user:admin&permission=cluster.read', '/teams/payments/activity',
  '/teams/payments', '/teams/payments/namespaces', '/teams/payments/namespaces/new', '/teams/payments/members',
  '/teams/payments/members/invitations', '/teams/payments/robots', '/teams/payments/robots/new', '/teams/payments/settings',
]

for (const scheme of ['light', 'dark'] as const) {
  test(`every page opens, in the ${scheme} theme`, async ({ page }) => {
    test.setTimeout(180_000)
    await page.emulateMedia({ colorScheme: scheme })
    for (const path of PAGES) {
      await page.goto(path)
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      await expect(page).toHaveTitle(/Kore$/)
      await expectAccessible(page)
    }
  })
}

test('an unknown address says so', async ({ page }) => {
  await page.goto('/nothing/here')
  await expect(page.getByRole('heading', { name: 'Not found' })).toBeVisible()
  await page.goto('/teams/no-such-team/clusters')
  await expect(page.getByRole('heading', { name: 'There is no such team' })).toBeVisible()
})
