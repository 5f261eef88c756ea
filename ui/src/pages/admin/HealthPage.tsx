import { Placeholder } from '@/components/Placeholder'

export function HealthPage() {
  return <Placeholder title="Health" cli="kore status" />
}
