import { useQuery } from '@tanstack/react-query'
import { exported, previewReplace } from '@/api/kinds/clusters'
import { usePermission } from '@/api/permissions'
import type { Cluster } from '@/api/types'
import { Actions, Security } from '@/components/preview/PreviewParts'
import '@/components/preview/preview.css'

/** What is less safe than it could be, and what is not as it should be now: what a change of nothing would say. */
export function Posture({ cluster }: { cluster: Cluster }) {
  const { name, team, generation } = cluster.metadata
  const may = usePermission('cluster.update', { team: team ?? undefined, cluster: name })
  const { data } = useQuery({
    queryKey: ['Preview', 'posture', team, name, generation],
    queryFn: ({ signal }) => previewReplace(cluster, exported(cluster), signal),
    enabled: may.allowed && !cluster.metadata.deletionTimestamp,
    retry: false,
    meta: { follows: ['PlanPolicy'] },
  })
  if (!data?.security) return null
  return (
    <section className="kore-card kore-posture">
      <h2>Posture</h2>
      <Security security={{ ...data.security, before: [] }} />
      {data.actions.length > 0 && <Actions actions={data.actions} />}
    </section>
  )
}
