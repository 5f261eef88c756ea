import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { listSearch } from '@/components/list/search'
import { kubeSearch } from '@/pages/kube/search'
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
  createRoute({ ...parent, path: 'namespaces', validateSearch: kubeSearch, component: lazyRouteComponent(() => import('@/pages/kube/NamespacesTab'), 'NamespacesTab') }),
  createRoute({ ...parent, path: 'workloads', validateSearch: kubeSearch, component: lazyRouteComponent(() => import('@/pages/kube/WorkloadsTab'), 'WorkloadsTab') }),
  createRoute({ ...parent, path: 'pods', validateSearch: kubeSearch, component: lazyRouteComponent(() => import('@/pages/kube/PodsTab'), 'PodsTab') }),
  createRoute({ ...parent, path: 'services', validateSearch: kubeSearch, component: lazyRouteComponent(() => import('@/pages/kube/ServicesTab'), 'ServicesTab') }),
  createRoute({ ...parent, path: 'events', validateSearch: kubeSearch, component: lazyRouteComponent(() => import('@/pages/kube/EventsTab'), 'EventsTab') }),
  createRoute({ ...parent, path: 'nodes', validateSearch: kubeSearch, component: lazyRouteComponent(() => import('@/pages/kube/NodesTab'), 'NodesTab') }),
  createRoute({ ...parent, path: 'activity', validateSearch: activitySearch, component: lazyRouteComponent(() => import('./ActivityTab'), 'ActivityTab') }),
  createRoute({ ...parent, path: 'upgrade', component: lazyRouteComponent(() => import('./UpgradeTab'), 'UpgradeTab') }),
  createRoute({ ...parent, path: 'settings', validateSearch: settingsSearch, component: lazyRouteComponent(() => import('./SettingsTab'), 'SettingsTab') }),
  createRoute({ ...parent, path: '$tab', validateSearch: listSearch, component: lazyRouteComponent(() => import('./OtherTab'), 'OtherTab') }),
])
