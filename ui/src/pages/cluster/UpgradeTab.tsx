import { Alert } from '@patternfly/react-core'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { clusterQuery, exported } from '@/api/kinds/clusters'
import { usePermission } from '@/api/permissions'
import type { Cluster } from '@/api/types'
import { ActionButton } from '@/components/ActionButton'
import { Equivalents } from '@/components/Equivalents'
import { Loaded } from '@/components/Loaded'
import { put, read, write } from '@/lib/document'
import { command } from '@/lib/quote'
import { useChange } from './change/useChange'
import { asCluster } from './form/asCluster'
import { BlockerList, BlockerSummary } from './form/Blockers'
import { holds } from '@/components/preview/Preflight'
import { PreviewColumn } from '@/components/preview/PreviewColumn'
import { minorOf, nextMinor, wantedMinor } from './upgrade'
import './form/form.css'

/** The next Kubernetes version: what speaks against it, and the way there. */
export function UpgradeTab() {
  const { team, cluster: name } = useParams({ from: '/shell/teams/$team/clusters/$cluster' })
  return (
    <Loaded query={clusterQuery(team, name)} what="cluster">
      {(cluster) => <Upgrade key={cluster.metadata.generation} cluster={cluster} />}
    </Loaded>
  )
}

function Upgrade({ cluster }: { cluster: Cluster }) {
  const [asked, setAsked] = useState(0)
  const now = cluster.status?.kubernetesVersion ?? null
  const at = minorOf(now)
  const next = nextMinor(at)
  const wanted = wantedMinor(cluster)
  const underWay = at !== null && wanted !== null && wanted !== at
  const place = { team: cluster.metadata.team ?? '', cluster: cluster.metadata.name }
  const may = usePermission('cluster.update', place)
  const upgraded = next === null || underWay ? null : asCluster(read(put(write(exported(cluster)), ['spec', 'overrides', 'kubernetesVersion'], next)).value)
  // Whoever may not change the cluster is not told either what that would do.
  const to = may.allowed ? upgraded : null
  const { previewed, blockers, apply } = useChange({ from: cluster, to, onRefused: () => setAsked((count) => count + 1) })
  const { team = '', name, resourceVersion } = cluster.metadata
  if (at === null || next === null) return <p>The cluster is at no version yet: it is being made. <LinkToOperation cluster={cluster} /></p>
  if (underWay) {
    return (
      <Alert isInline variant="info" title={`It is on its way from ${at} to ${wanted}`}>
        <p>
          What it waits for is in its operation. <LinkToOperation cluster={cluster} />
        </p>
        <p>Until the checks let it go nothing is touched, and the wish can be taken back in the settings. Once the control plane has begun there is no way back.</p>
      </Alert>
    )
  }
  const unavailable = previewed.isFresh && blockers.some(({ pointer, text }) => pointer === '/spec/overrides/kubernetesVersion' && text.includes('is not here'))
  const held = previewed.preview?.preflight ? holds(previewed.preview.preflight) : false
  const body = upgraded ?? exported(cluster)
  return (
    <div className="kore-stack">
      <BlockerSummary title={`It was not upgraded: this stands in the way`} blockers={blockers} asked={asked} />
      <div className="kore-columns">
        <section className="kore-card kore-grow">
          <h2>
            {now} now{unavailable || !may.allowed ? '' : `, ${next} next`}
          </h2>
          {unavailable ? (
            <>
              <p>
                <strong>There is nothing newer for it.</strong> {blockers.map(({ text }) => text).join(' ')}
              </p>
              <p className="kore-hint">New Kubernetes versions come with new versions of Kore.</p>
            </>
          ) : (
            <>
              <p>One minor version at a time, and never down. What runs goes on, where it is made for moving:</p>
              <ol className="kore-order">
                <li>The checks beside this. Until they let it go nothing is touched; Kore looks again every half minute.</li>
                <li>The control plane, one part after the other. From here on there is no way back.</li>
                <li>Node after node: emptied, renewed, let in again.</li>
              </ol>
              <p className="kore-hint">
                Applications go through it without a failed request when they have two replicas on different nodes, a disruption budget that lets one go, a readiness probe, and some seconds of preStop.
              </p>
              {held && <Alert isInline isPlain variant="warning" title="Asked for now, it waits for what is not passed yet, and goes on by itself once that is mended." />}
              <div className="kore-row">
                <ActionButton
                  permission="cluster.update"
                  {...place}
                  isLoading={apply.isPending}
                  onClick={() => (to === null || blockers.length > 0 ? setAsked((count) => count + 1) : apply.mutate(to))}
                >
                  Upgrade to {next}
                </ActionButton>
                <ActionButton variant="secondary" permission="cluster.update" {...place} isLoading={to !== null && !previewed.isFresh} onClick={() => void previewed.again()}>
                  Check again
                </ActionButton>
              </div>
            </>
          )}
          {!unavailable && (
            <Equivalents
              cli={command(['kore', 'cluster', 'upgrade'], `${team ?? ''}/${name}`, ['--to', next])}
              yaml={body}
              api={{ method: 'PUT', path: `/api/v1/teams/${team ?? ''}/clusters/${name}`, body, ifMatch: `"${resourceVersion ?? ''}"` }}
            />
          )}
        </section>
        {!unavailable && (
          <div className="kore-side kore-side-wide">
            <PreviewColumn title="What speaks for and against it" previewed={previewed} nothing={may.allowed || may.pending ? 'Kore looks at the cluster.' : 'The checks are made for whoever may upgrade it.'}>
              {blockers.length > 0 && (
                <div className="kore-standing">
                  <BlockerList blockers={blockers} />
                </div>
              )}
            </PreviewColumn>
          </div>
        )}
      </div>
    </div>
  )
}

function LinkToOperation({ cluster }: { cluster: Cluster }) {
  const operation = cluster.status?.operation
  if (!operation) return null
  return (
    <Link to="/operations/$operation" params={{ operation }}>
      Watch it
    </Link>
  )
}
