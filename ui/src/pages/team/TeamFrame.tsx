import { Outlet, useParams } from '@tanstack/react-router'
import { useEffect } from 'react'
import { teamQuery } from '@/api/kinds/teams'
import { Loaded } from '@/components/Loaded'
import { setPreferences } from '@/lib/preferences'
import { useWhoAmI } from '@/session/whoami'

/** What all pages of a team share: that there is one, and that it is remembered. */
export function TeamFrame() {
  const { team } = useParams({ from: '/shell/teams/$team' })
  const isMember = useWhoAmI().teams.some(({ team: of }) => of === team)
  // That there is their team its members know already.
  if (isMember) return <Remembered team={team} />
  return (
    <Loaded query={teamQuery(team)} what="team" title={team}>
      {() => <Remembered team={team} />}
    </Loaded>
  )
}

/** The team that is there is the one to come back to. */
function Remembered({ team }: { team: string }) {
  useEffect(() => setPreferences({ team }), [team])
  return <Outlet />
}
