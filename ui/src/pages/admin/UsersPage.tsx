import { Placeholder } from '@/components/Placeholder'

export function UsersPage() {
  return <Placeholder title="Users" cli="kore user list" />
}
