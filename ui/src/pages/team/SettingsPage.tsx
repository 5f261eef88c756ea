import { useParams } from '@tanstack/react-router'
import { Placeholder } from '@/components/Placeholder'

export function SettingsPage() {
  const { team } = useParams({ from: '/shell/teams/$team' })
  return <Placeholder title="Settings" crumbs={[{ text: team, to: '/teams/$team', params: { team } }]} cli={`kore team show ${team}`} />
}
