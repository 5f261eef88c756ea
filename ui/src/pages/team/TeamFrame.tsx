import { Outlet, useParams } from '@tanstack/react-router'
import { useEffect } from 'react'
import { teamQuery } from '@/api/kinds/teams'
import { Loaded } from '@/components/Loaded'
import { setPreferences } from '@/lib/preferences'

/** What all pages of a team share: that there is one, and that it is remembered. */
export function TeamFrame() {
  const { team } = useParams({ from: '/shell/teams/$team' })
  useEffect(() => setPreferences({ team }), [team])
  return (
    <Loaded query={teamQuery(team)} what="team">
      {() => <Outlet />}
    </Loaded>
  )
}
