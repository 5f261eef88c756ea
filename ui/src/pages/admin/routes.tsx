import { createRoute, lazyRouteComponent, Outlet } from '@tanstack/react-router'
import { listSearch } from '@/components/list/search'
import { newAccountSearch } from './accounts/search'
import { compareSearch, matrixSearch, versionSearch } from './search'
import { grantSearch } from '../access/search'
import { activitySearch } from '../activity/filters'
import { shellRoute } from '@/routes/parents'

const admin = createRoute({ getParentRoute: () => shellRoute, path: '/admin', component: Outlet })
const parent = { getParentRoute: () => admin } as const

/** The platform's pages. Each is a chunk of its own. */
export const adminRoutes = admin.addChildren([
  createRoute({ ...parent, path: '/', component: lazyRouteComponent(() => import('./start/OverviewPage'), 'OverviewPage') }),
  createRoute({ ...parent, path: 'get-started', component: lazyRouteComponent(() => import('./start/GetStartedPage'), 'GetStartedPage') }),
  createRoute({ ...parent, path: 'teams', validateSearch: listSearch, component: lazyRouteComponent(() => import('./TeamsPage'), 'TeamsPage') }),
  createRoute({ ...parent, path: 'clusters', validateSearch: listSearch, component: lazyRouteComponent(() => import('./ClustersPage'), 'ClustersPage') }),
  createRoute({ ...parent, path: 'plans', validateSearch: listSearch, component: lazyRouteComponent(() => import('./plans/PlansPage'), 'PlansPage') }),
  createRoute({ ...parent, path: 'plans/$plan', validateSearch: versionSearch, component: lazyRouteComponent(() => import('./plans/PlanPage'), 'PlanPage') }),
  createRoute({ ...parent, path: 'plans/$plan/draft', component: lazyRouteComponent(() => import('./plans/DraftPage'), 'DraftPage') }),
  createRoute({ ...parent, path: 'plans/$plan/compare', validateSearch: compareSearch, component: lazyRouteComponent(() => import('./plans/ComparePage'), 'ComparePage') }),
  createRoute({ ...parent, path: 'policies', validateSearch: listSearch, component: lazyRouteComponent(() => import('./policies/PoliciesPage'), 'PoliciesPage') }),
  createRoute({ ...parent, path: 'policies/-/matrix', validateSearch: matrixSearch, component: lazyRouteComponent(() => import('./policies/MatrixPage'), 'MatrixPage') }),
  createRoute({ ...parent, path: 'policies/-/new', component: lazyRouteComponent(() => import('./policies/NewPolicyPage'), 'NewPolicyPage') }),
  createRoute({ ...parent, path: 'policies/$policy', component: lazyRouteComponent(() => import('./policies/PolicyPage'), 'PolicyPage') }),
  createRoute({ ...parent, path: 'users', validateSearch: listSearch, component: lazyRouteComponent(() => import('../users/UsersPage'), 'UsersPage') }),
  createRoute({ ...parent, path: 'users/$user', validateSearch: listSearch, component: lazyRouteComponent(() => import('../users/UserPage'), 'UserPage') }),
  createRoute({ ...parent, path: 'sign-in', component: lazyRouteComponent(() => import('../signin/SignInPage'), 'SignInPage') }),
  createRoute({ ...parent, path: 'sign-in/connect', component: lazyRouteComponent(() => import('../signin/ProviderPage'), 'NewProviderPage') }),
  createRoute({ ...parent, path: 'sign-in/providers/$provider', component: lazyRouteComponent(() => import('../signin/ProviderPage'), 'ProviderPage') }),
  createRoute({ ...parent, path: 'roles', component: lazyRouteComponent(() => import('../roles/RolesPage'), 'RolesPage') }),
  createRoute({ ...parent, path: 'roles/bindings', validateSearch: grantSearch, component: lazyRouteComponent(() => import('../roles/BindingsPage'), 'BindingsPage') }),
  createRoute({ ...parent, path: 'roles/new', component: lazyRouteComponent(() => import('../roles/EditRolePage'), 'NewRolePage') }),
  createRoute({ ...parent, path: 'roles/role/$role', component: lazyRouteComponent(() => import('../roles/RolePage'), 'RolePage') }),
  createRoute({ ...parent, path: 'roles/role/$role/edit', component: lazyRouteComponent(() => import('../roles/EditRolePage'), 'EditRolePage') }),
  createRoute({ ...parent, path: 'access-requests', validateSearch: grantSearch, component: lazyRouteComponent(() => import('../elevations/AccessRequestsPage'), 'AccessRequestsPage') }),
  createRoute({ ...parent, path: 'quotas', validateSearch: listSearch, component: lazyRouteComponent(() => import('./quotas/QuotasPage'), 'QuotasPage') }),
  createRoute({ ...parent, path: 'address-pools', validateSearch: listSearch, component: lazyRouteComponent(() => import('./addresses/AddressPoolsPage'), 'AddressPoolsPage') }),
  createRoute({ ...parent, path: 'address-pools/reservations', validateSearch: listSearch, component: lazyRouteComponent(() => import('./addresses/ReservationsPage'), 'ReservationsPage') }),
  createRoute({ ...parent, path: 'clouds', validateSearch: listSearch, component: lazyRouteComponent(() => import('./clouds/CloudsPage'), 'CloudsPage') }),
  createRoute({ ...parent, path: 'clouds/-/connect', component: lazyRouteComponent(() => import('./clouds/ConnectCloudPage'), 'ConnectCloudPage') }),
  createRoute({ ...parent, path: 'clouds/$cloud', component: lazyRouteComponent(() => import('./clouds/CloudPage'), 'CloudPage') }),
  createRoute({ ...parent, path: 'accounts', validateSearch: listSearch, component: lazyRouteComponent(() => import('./accounts/AccountsPage'), 'AccountsPage') }),
  createRoute({ ...parent, path: 'accounts/-/new', validateSearch: newAccountSearch, component: lazyRouteComponent(() => import('./accounts/NewAccountPage'), 'NewAccountPage') }),
  createRoute({ ...parent, path: 'accounts/$account', component: lazyRouteComponent(() => import('./accounts/AccountPage'), 'AccountPage') }),
  createRoute({ ...parent, path: 'account-rules', validateSearch: listSearch, component: lazyRouteComponent(() => import('./rules/RulesPage'), 'RulesPage') }),
  createRoute({ ...parent, path: 'account-rules/-/new', component: lazyRouteComponent(() => import('./rules/RulePage'), 'NewRulePage') }),
  createRoute({ ...parent, path: 'account-rules/$rule', component: lazyRouteComponent(() => import('./rules/RulePage'), 'RulePage') }),
  createRoute({ ...parent, path: 'activity', validateSearch: activitySearch, component: lazyRouteComponent(() => import('../activity/ActivityPage'), 'ActivityPage') }),
  createRoute({ ...parent, path: 'health', component: lazyRouteComponent(() => import('../health/HealthPage'), 'HealthPage') }),
])
