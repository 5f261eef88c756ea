import { createRoute, createRouter } from '@tanstack/react-router'
import { NotFound } from './components/NotFound'
import { Failed, Loading } from './components/states'
import { queryClient } from './lib/queries'
import { accountRoutes } from './pages/account/routes'
import { adminRoutes } from './pages/admin/routes'
import { clusterRoutes } from './pages/cluster/routes'
import { kubeRoutes } from './pages/kube/routes'
import { operationRoutes } from './pages/operation/routes'
import { teamRoutes } from './pages/team/routes'
import { homeRoute, rootRoute, shellRoute, signedInRoute } from './routes/parents'

const unknownRoute = createRoute({ getParentRoute: () => shellRoute, path: '$', component: () => <NotFound /> })

const routeTree = rootRoute.addChildren([
  shellRoute.addChildren([
    homeRoute,
    adminRoutes,
    teamRoutes,
    clusterRoutes,
    ...kubeRoutes,
    ...operationRoutes,
    ...accountRoutes,
    unknownRoute,
  ]),
  signedInRoute,
])

export const router = createRouter({
  routeTree,
  context: { client: queryClient },
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultNotFoundComponent: () => <NotFound />,
  defaultPendingComponent: () => <Loading />,
  defaultErrorComponent: ({ error, reset }) => <Failed error={error} onRetry={reset} />,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
