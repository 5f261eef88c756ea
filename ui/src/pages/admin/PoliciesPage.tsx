import { Placeholder } from '@/components/Placeholder'

export function PoliciesPage() {
  return <Placeholder title="Policies" cli="kore policy list" />
}
