import { useParams } from '@tanstack/react-router'
import { Placeholder } from '@/components/Placeholder'

export function NamespacesPage() {
  const { team } = useParams({ from: '/shell/teams/$team' })
  return <Placeholder title="Namespaces" crumbs={[{ text: team, to: '/teams/$team', params: { team } }]} cli={`kore namespace list --team ${team}`} />
}
