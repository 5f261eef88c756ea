import { useQuery } from '@tanstack/react-query'
import { allVersionsQuery, type Plan } from '@/api/kinds/plans'
import { allPoliciesQuery } from '@/api/kinds/policies'
import { usePermission } from '@/api/permissions'
import type { Cluster, Team } from '@/api/types'
import { OnDemand } from '@/components/OnDemand'
import { Failed, Loading } from '@/components/states'
import { Files } from './Files'

interface Props {
  plans: readonly Plan[]
  teams: readonly Team[]
  clusters: readonly Cluster[]
}

/** What was chosen, as files; the rest of it is read when somebody wants them. */
export function FilesCard(chosen: Props) {
  return <OnDemand summary="What you chose, as files">{() => <Opened {...chosen} />}</OnDemand>
}

function Opened(chosen: Props) {
  const versions = useQuery(allVersionsQuery)
  // Who may not read policies has the rest all the same.
  const may = usePermission('policy.read')
  const policies = useQuery({ ...allPoliciesQuery, enabled: may.allowed })
  const failed = versions.error ?? policies.error
  if (failed) return <Failed error={failed} onRetry={() => void Promise.all([versions.refetch(), policies.refetch()])} />
  if (!versions.data || may.pending || (may.allowed && !policies.data)) return <Loading what="Reading what you chose" />
  return <Files {...chosen} versions={versions.data} policies={policies.data ?? []} />
}
