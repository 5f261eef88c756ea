import { useParams } from '@tanstack/react-router'
import { Placeholder } from '@/components/Placeholder'

export function ActivityPage() {
  const { team } = useParams({ from: '/shell/teams/$team' })
  return <Placeholder title="Activity" crumbs={[{ text: team, to: '/teams/$team', params: { team } }]} cli={`kore audit list --team ${team}`} />
}
