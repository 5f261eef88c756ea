import { Placeholder } from '@/components/Placeholder'

export function PlansPage() {
  return <Placeholder title="Plans" cli="kore plan list" />
}
