import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { listSearch } from '@/components/list/search'
import { shellRoute } from '@/routes/parents'

export const operationRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/operations',
    validateSearch: listSearch,
    component: lazyRouteComponent(() => import('./OperationsPage'), 'OperationsPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/operations/$operation',
    component: lazyRouteComponent(() => import('./OperationPage'), 'OperationPage'),
  }),
] as const
