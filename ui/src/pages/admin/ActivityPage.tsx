import { Placeholder } from '@/components/Placeholder'

export function ActivityPage() {
  return <Placeholder title="Activity" cli="kore audit list" />
}
