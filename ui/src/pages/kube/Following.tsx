import { usePreferences } from '@/lib/preferences'
import { clock } from '@/lib/time'

interface Props {
  live: { phase: string; following: 'watch' | 'asks' | 'no'; since: number }
}

/** Whether a list of a cluster follows what happens in it. */
export function Following({ live: { phase, following, since } }: Props) {
  const { zone } = usePreferences()
  if (phase !== 'ready' || following === 'watch') return null
  if (following === 'asks') return <span>brought up to date every 10 s</span>
  return (
    <span role="status" className="kore-kube-stale">
      as it was at {clock(new Date(since), zone)}; connecting again
    </span>
  )
}
