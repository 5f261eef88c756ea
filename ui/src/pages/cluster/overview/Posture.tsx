import { useQuery } from '@tanstack/react-query'
import { exported, previewReplace } from '@/api/kinds/clusters'
import { usePermission } from '@/api/permissions'
import type { Cluster } from '@/api/types'
import { OnDemand } from '@/components/OnDemand'
import { Failed, Loading } from '@/components/states'
import { Actions, Security } from '@/components/preview/PreviewParts'
import '@/components/preview/preview.css'

/** What is less safe than it could be, and what is not as it should be now; asked for when somebody wants to see it. */
export function Posture({ cluster }: { cluster: Cluster }) {
  const { name, team, deletionTimestamp } = cluster.metadata
  const may = usePermission('cluster.update', { team: team ?? undefined, cluster: name })
  if (!may.allowed || deletionTimestamp) return null
  return <OnDemand summary="Posture">{() => <Asked cluster={cluster} />}</OnDemand>
}

/** What a change of nothing would say. */
function Asked({ cluster }: { cluster: Cluster }) {
  const { name, team, generation } = cluster.metadata
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['Preview', 'posture', team, name, generation],
    queryFn: ({ signal }) => previewReplace(cluster, exported(cluster), signal),
    retry: false,
    meta: { follows: ['PlanPolicy'] },
  })
  if (isPending) return <Loading rows={2} what="Looking how safe it is" />
  if (!data) return <Failed error={error} onRetry={() => void refetch()} />
  return (
    <div className="kore-posture">
      {data.security && <Security security={{ ...data.security, before: [] }} />}
      {data.actions.length > 0 && <Actions actions={data.actions} />}
    </div>
  )
}
