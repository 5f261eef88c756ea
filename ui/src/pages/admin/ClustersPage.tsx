import { Placeholder } from '@/components/Placeholder'

export function ClustersPage() {
  return <Placeholder title="Clusters" cli="kore cluster list" />
}
