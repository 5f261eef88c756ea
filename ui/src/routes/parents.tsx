import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, createRoute, Outlet, redirect } from '@tanstack/react-router'
import { ApiError } from '@/api/problems'
import { Failed } from '@/components/states'
import { Shell } from '@/layout/Shell'
import { preferences } from '@/lib/preferences'
import { SignedIn } from '@/session/SignedIn'
import { signInPath, whoamiQuery } from '@/session/whoami'

/** What every route may use. */
export interface RouterContext {
  client: QueryClient
}

export const rootRoute = createRootRouteWithContext<RouterContext>()({ component: Outlet })

/** Who is signed in; whoever is not goes to the sign-in page and comes back here. */
async function whoIsHere(client: QueryClient, href: string) {
  try {
    return await client.ensureQueryData(whoamiQuery)
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error
    location.assign(signInPath(href))
    return new Promise<never>(() => {})
  }
}

/** The frame of all pages. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  component: Shell,
  errorComponent: ({ error }) => (
    <div className="kore-plain">
      <Failed error={error} onRetry={() => location.reload()} />
    </div>
  ),
  beforeLoad: async ({ context, location: at }) => ({ me: await whoIsHere(context.client, at.href) }),
})

/** The first page: the platform for those who run it, else the team that was looked at last. */
export const homeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  beforeLoad: ({ context: { me } }) => {
    if (me.platformRole) throw redirect({ to: '/admin', replace: true })
    const last = me.teams.find(({ team }) => team === preferences().team) ?? me.teams[0]
    if (last) throw redirect({ to: '/teams/$team', params: { team: last.team }, replace: true })
    throw redirect({ to: '/account', replace: true })
  },
})

/** Where the sign-in window ends. */
export const signedInRoute = createRoute({ getParentRoute: () => rootRoute, path: '/signed-in', component: SignedIn })
