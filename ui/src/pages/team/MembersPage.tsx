import { useParams } from '@tanstack/react-router'
import { Placeholder } from '@/components/Placeholder'

export function MembersPage() {
  const { team } = useParams({ from: '/shell/teams/$team' })
  return <Placeholder title="Members" crumbs={[{ text: team, to: '/teams/$team', params: { team } }]} cli={`kore team members ${team}`} />
}
