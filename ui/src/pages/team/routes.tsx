import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { listSearch, type ListSearch } from '@/components/list/search'
import { accessSearch } from '../access/search'
import { activitySearch } from '../activity/filters'
import { newClusterSearch } from '@/pages/cluster/form/search'
import { shellRoute } from '@/routes/parents'
import { TeamFrame } from './TeamFrame'

const team = createRoute({ getParentRoute: () => shellRoute, path: '/teams/$team', component: TeamFrame })
const parent = { getParentRoute: () => team } as const

/** A list, and the dialog that another page opens there. */
const openSearch = (given: Record<string, unknown>): ListSearch & { open?: 'add' | 'invite' } => ({
  ...listSearch(given),
  ...((given.open === 'add' || given.open === 'invite') && { open: given.open }),
})

/** A team's pages. Each is a chunk of its own. */
export const teamRoutes = team.addChildren([
  createRoute({ ...parent, path: '/', component: lazyRouteComponent(() => import('./OverviewPage'), 'OverviewPage') }),
  createRoute({ ...parent, path: 'clusters', validateSearch: listSearch, component: lazyRouteComponent(() => import('./ClustersPage'), 'ClustersPage') }),
  createRoute({ ...parent, path: 'clusters/new', validateSearch: newClusterSearch, component: lazyRouteComponent(() => import('./NewClusterPage'), 'NewClusterPage') }),
  createRoute({ ...parent, path: 'namespaces', validateSearch: listSearch, component: lazyRouteComponent(() => import('./NamespacesPage'), 'NamespacesPage') }),
  createRoute({
    ...parent, path: 'namespaces/new', validateSearch: ({ cluster }: Record<string, unknown>): { cluster?: string } => (typeof cluster === 'string' ? { cluster } : {}),
    component: lazyRouteComponent(() => import('./NewNamespacePage'), 'NewNamespacePage'),
  }),
  createRoute({ ...parent, path: 'namespaces/$name', component: lazyRouteComponent(() => import('./NamespacePage'), 'NamespacePage') }),
  createRoute({ ...parent, path: 'namespaces/$name/edit', component: lazyRouteComponent(() => import('./EditNamespacePage'), 'EditNamespacePage') }),
  createRoute({ ...parent, path: 'members', validateSearch: openSearch, component: lazyRouteComponent(() => import('./MembersPage'), 'MembersPage') }),
  createRoute({ ...parent, path: 'members/invitations', validateSearch: listSearch, component: lazyRouteComponent(() => import('./InvitationsPage'), 'InvitationsPage') }),
  createRoute({ ...parent, path: 'robots', validateSearch: listSearch, component: lazyRouteComponent(() => import('./RobotsPage'), 'RobotsPage') }),
  createRoute({ ...parent, path: 'robots/new', component: lazyRouteComponent(() => import('./NewRobotPage'), 'NewRobotPage') }),
  createRoute({ ...parent, path: 'robots/$robot', component: lazyRouteComponent(() => import('./RobotPage'), 'RobotPage') }),
  createRoute({ ...parent, path: 'access', validateSearch: accessSearch, component: lazyRouteComponent(() => import('./AccessPage'), 'AccessPage') }),
  createRoute({ ...parent, path: 'activity', validateSearch: activitySearch, component: lazyRouteComponent(() => import('../activity/ActivityPage'), 'TeamActivityPage') }),
  createRoute({ ...parent, path: 'settings', component: lazyRouteComponent(() => import('./SettingsPage'), 'SettingsPage') }),
])
