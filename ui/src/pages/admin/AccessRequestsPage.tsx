import { Placeholder } from '@/components/Placeholder'

export function AccessRequestsPage() {
  return <Placeholder title="Access requests" cli="kore elevation list" />
}
