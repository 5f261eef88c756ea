import { useParams } from '@tanstack/react-router'
import { Placeholder } from '@/components/Placeholder'

export function AccessPage() {
  const { team } = useParams({ from: '/shell/teams/$team' })
  return <Placeholder title="Access" crumbs={[{ text: team, to: '/teams/$team', params: { team } }]} cli={`kore access list --team ${team}`} />
}
