import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { clusterQuery } from '@/api/kinds/clusters'
import type { Operation } from '@/api/types'
import { retryOperation } from '@/api/kinds/operations'
import { ActionButton } from '@/components/ActionButton'
import { ProblemAlert } from '@/components/ProblemAlert'
import { Time } from '@/components/Time'
import { isOfClouds, troubleOf } from './words'
import { DeleteCluster } from '@/pages/team/DeleteCluster'

/** What somebody can do about an operation that failed, and what Kore does by itself. */
export function NextSteps({ operation }: { operation: Operation }) {
  const { state, target, action } = operation
  const isStuck = troubleOf(operation) !== null
  const [deleting, setDeleting] = useState(false)
  const navigate = useNavigate()
  const isCluster = target.kind === 'Cluster' && Boolean(target.team)
  // A namespace is named after its cluster: `dev.web`.
  const place = { team: target.team ?? '', cluster: target.name.split('.')[0] ?? '' }
  const guard = isOfClouds(target) ? { permission: 'cloud.write' } : { permission: 'operation.retry', ...place }
  const retry = useMutation({ mutationFn: () => retryOperation(operation.id) })
  const cluster = useQuery({ ...clusterQuery(place.team, place.cluster), enabled: isStuck && isCluster, retry: false })
  if (!isStuck) return null
  // Another one of the same name is another matter.
  const found = cluster.data?.metadata.uid === target.uid ? cluster.data : null
  return (
    <div className="kore-next">
      <div>
        {state === 'running'
          ? 'Kore tries that step again and again, and goes on once it works; what is done stays done.'
          : found || !isCluster
          ? 'Kore tries it again from the step that failed, after some minutes and for as long as it is wanted; what is done stays done.'
          : cluster.isPending
            ? 'Looking at what became of it…'
            : 'The cluster is not there any more: nothing is tried again.'}
        {operation.endedAt && (
          <>
            {' '}
            It was tried last <Time at={operation.endedAt} />.
          </>
        )}
      </div>
      {retry.error && <ProblemAlert error={retry.error} title="It is not tried again" />}
      {(found || !isCluster) && (
        <div className="kore-row">
          {state === 'failed' && (
            <ActionButton size="sm" {...guard} isLoading={retry.isPending} onClick={() => retry.mutate()}>
              Try again now
            </ActionButton>
          )}
          {found && action !== 'delete' && !found.metadata.deletionTimestamp && (
            <ActionButton size="sm" variant="secondary" permission="cluster.update" {...place} onClick={() => void navigate({ to: '/teams/$team/clusters/$cluster/settings', params: place })}>
              Change what it shall be
            </ActionButton>
          )}
          {found && !found.metadata.deletionTimestamp && (
            <ActionButton
              size="sm"
              variant="danger"
              permission="cluster.delete"
              {...place}
              blocked={found.spec.deletionProtection ? 'It is protected from deletion; take that off in its settings first.' : null}
              onClick={() => setDeleting(true)}
            >
              {action === 'create' ? 'Delete everything made so far…' : 'Delete the cluster…'}
            </ActionButton>
          )}
        </div>
      )}
      {deleting && found && <DeleteCluster cluster={found} onClose={() => setDeleting(false)} />}
    </div>
  )
}
