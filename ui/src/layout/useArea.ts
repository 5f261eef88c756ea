import { useLocation } from '@tanstack/react-router'
import { usePreferences } from '@/lib/preferences'
import { useWhoAmI } from '@/session/whoami'
import { areaOf, type Area } from './navigation'

/** What somebody looks at. */
export function useArea(): Area {
  const { pathname } = useLocation()
  const { team } = usePreferences()
  const { platformRole } = useWhoAmI()
  return areaOf(pathname, team, Boolean(platformRole))
}
