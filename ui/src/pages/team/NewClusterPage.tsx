import { useParams } from '@tanstack/react-router'
import { Placeholder } from '@/components/Placeholder'

export function NewClusterPage() {
  const { team } = useParams({ from: '/shell/teams/$team' })
  return <Placeholder title="New cluster" crumbs={[{ text: team, to: '/teams/$team', params: { team } }]} cli={`kore cluster create ${team}/NAME --plan PLAN`} />
}
