import { Placeholder } from '@/components/Placeholder'

export function AddressPoolsPage() {
  return <Placeholder title="Address pools" cli="kore address-pool list" />
}
