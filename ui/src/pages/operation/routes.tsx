import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '@/routes/parents'

export const operationRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/operations/$operation',
    component: lazyRouteComponent(() => import('./OperationPage'), 'OperationPage'),
  }),
] as const
