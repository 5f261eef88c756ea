import { Placeholder } from '@/components/Placeholder'

export function OverviewPage() {
  return <Placeholder title="Overview" cli="kore cluster list" />
}
