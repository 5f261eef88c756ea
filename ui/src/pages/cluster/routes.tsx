import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { listSearch } from '@/components/list/search'
import { shellRoute } from '@/routes/parents'
import { activitySearch, settingsSearch } from './search'

const cluster = createRoute({
  getParentRoute: () => shellRoute,
  path: '/teams/$team/clusters/$cluster',
  component: lazyRouteComponent(() => import('./ClusterFrame'), 'ClusterFrame'),
})
const parent = { getParentRoute: () => cluster } as const

/** A cluster's page; its tabs are `/teams/$team/clusters/$cluster/$tab`, see `tabs.ts`. */
export const clusterRoutes = cluster.addChildren([
  createRoute({ ...parent, path: '/', component: lazyRouteComponent(() => import('./OverviewTab'), 'OverviewTab') }),
  createRoute({ ...parent, path: 'activity', validateSearch: activitySearch, component: lazyRouteComponent(() => import('./ActivityTab'), 'ActivityTab') }),
  createRoute({ ...parent, path: 'upgrade', component: lazyRouteComponent(() => import('./UpgradeTab'), 'UpgradeTab') }),
  createRoute({ ...parent, path: 'settings', validateSearch: settingsSearch, component: lazyRouteComponent(() => import('./SettingsTab'), 'SettingsTab') }),
  createRoute({ ...parent, path: '$tab', validateSearch: listSearch, component: lazyRouteComponent(() => import('./OtherTab'), 'OtherTab') }),
])
