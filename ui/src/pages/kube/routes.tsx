import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '@/routes/parents'
import { objectSearch } from './search'

const parent = { getParentRoute: () => shellRoute, validateSearch: objectSearch } as const

/** Pages of single objects of a cluster. */
export const kubeRoutes = [
  createRoute({ ...parent, path: '/teams/$team/clusters/$cluster/pods/$namespace/$pod', component: lazyRouteComponent(() => import('./PodPage'), 'PodPage') }),
  createRoute({ ...parent, path: '/teams/$team/clusters/$cluster/workloads/$kind/$namespace/$name', component: lazyRouteComponent(() => import('./WorkloadPage'), 'WorkloadPage') }),
  createRoute({ ...parent, path: '/teams/$team/clusters/$cluster/nodes/$node', component: lazyRouteComponent(() => import('./NodePage'), 'NodePage') }),
] as const
