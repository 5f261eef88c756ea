import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { listSearch } from '@/components/list/search'
import { newClusterSearch } from '@/pages/cluster/form/search'
import { shellRoute } from '@/routes/parents'
import { TeamFrame } from './TeamFrame'

const team = createRoute({ getParentRoute: () => shellRoute, path: '/teams/$team', component: TeamFrame })
const parent = { getParentRoute: () => team } as const

/** A team's pages. Each is a chunk of its own. */
export const teamRoutes = team.addChildren([
  createRoute({ ...parent, path: '/', component: lazyRouteComponent(() => import('./OverviewPage'), 'OverviewPage') }),
  createRoute({ ...parent, path: 'clusters', validateSearch: listSearch, component: lazyRouteComponent(() => import('./ClustersPage'), 'ClustersPage') }),
  createRoute({ ...parent, path: 'clusters/new', validateSearch: newClusterSearch, component: lazyRouteComponent(() => import('./NewClusterPage'), 'NewClusterPage') }),
  createRoute({ ...parent, path: 'namespaces', validateSearch: listSearch, component: lazyRouteComponent(() => import('./NamespacesPage'), 'NamespacesPage') }),
  createRoute({ ...parent, path: 'members', validateSearch: listSearch, component: lazyRouteComponent(() => import('./MembersPage'), 'MembersPage') }),
  createRoute({ ...parent, path: 'robots', validateSearch: listSearch, component: lazyRouteComponent(() => import('./RobotsPage'), 'RobotsPage') }),
  createRoute({ ...parent, path: 'access', validateSearch: listSearch, component: lazyRouteComponent(() => import('./AccessPage'), 'AccessPage') }),
  createRoute({ ...parent, path: 'activity', validateSearch: listSearch, component: lazyRouteComponent(() => import('./ActivityPage'), 'ActivityPage') }),
  createRoute({ ...parent, path: 'settings', component: lazyRouteComponent(() => import('./SettingsPage'), 'SettingsPage') }),
])
