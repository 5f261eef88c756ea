import { Placeholder } from '@/components/Placeholder'

export function AccountPage() {
  return <Placeholder title="My account" cli="kore whoami" />
}
