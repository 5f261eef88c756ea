import { useParams } from '@tanstack/react-router'
import { Placeholder } from '@/components/Placeholder'

export function RobotsPage() {
  const { team } = useParams({ from: '/shell/teams/$team' })
  return <Placeholder title="Robots" crumbs={[{ text: team, to: '/teams/$team', params: { team } }]} cli={`kore robot list --team ${team}`} />
}
