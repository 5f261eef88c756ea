import { Placeholder } from '@/components/Placeholder'

export function RolesPage() {
  return <Placeholder title="Roles & bindings" cli="kore role list" />
}
