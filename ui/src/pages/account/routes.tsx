import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '@/routes/parents'

export const accountRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/account',
    component: lazyRouteComponent(() => import('./AccountPage'), 'AccountPage'),
  }),
] as const
