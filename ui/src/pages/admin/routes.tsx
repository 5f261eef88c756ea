import { createRoute, lazyRouteComponent, Outlet } from '@tanstack/react-router'
import { listSearch } from '@/components/list/search'
import { compareSearch, matrixSearch, versionSearch } from './search'
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
  createRoute({ ...parent, path: 'users', validateSearch: listSearch, component: lazyRouteComponent(() => import('./UsersPage'), 'UsersPage') }),
  createRoute({ ...parent, path: 'sign-in', validateSearch: listSearch, component: lazyRouteComponent(() => import('./SignInPage'), 'SignInPage') }),
  createRoute({ ...parent, path: 'roles', validateSearch: listSearch, component: lazyRouteComponent(() => import('./RolesPage'), 'RolesPage') }),
  createRoute({ ...parent, path: 'access-requests', validateSearch: listSearch, component: lazyRouteComponent(() => import('./AccessRequestsPage'), 'AccessRequestsPage') }),
  createRoute({ ...parent, path: 'quotas', validateSearch: listSearch, component: lazyRouteComponent(() => import('./quotas/QuotasPage'), 'QuotasPage') }),
  createRoute({ ...parent, path: 'address-pools', validateSearch: listSearch, component: lazyRouteComponent(() => import('./addresses/AddressPoolsPage'), 'AddressPoolsPage') }),
  createRoute({ ...parent, path: 'address-pools/reservations', validateSearch: listSearch, component: lazyRouteComponent(() => import('./addresses/ReservationsPage'), 'ReservationsPage') }),
  createRoute({ ...parent, path: 'activity', validateSearch: listSearch, component: lazyRouteComponent(() => import('./ActivityPage'), 'ActivityPage') }),
  createRoute({ ...parent, path: 'health', component: lazyRouteComponent(() => import('./HealthPage'), 'HealthPage') }),
])
