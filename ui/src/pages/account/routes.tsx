import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { listSearch } from '@/components/list/search'
import { shellRoute } from '@/routes/parents'

export const accountRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/account',
    validateSearch: listSearch,
    component: lazyRouteComponent(() => import('./AccountPage'), 'AccountPage'),
  }),
] as const
