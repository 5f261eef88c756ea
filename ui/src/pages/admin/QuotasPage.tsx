import { Placeholder } from '@/components/Placeholder'

export function QuotasPage() {
  return <Placeholder title="Quotas" cli="kore team quota list" />
}
