import { Alert } from '@patternfly/react-core'
import { Link, Outlet, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { clusterQuery } from '@/api/kinds/clusters'
import type { Cluster } from '@/api/types'
import { ActionButton, ActionItem } from '@/components/ActionButton'
import { ActionMenu } from '@/components/ActionMenu'
import { Loaded } from '@/components/Loaded'
import { ObjectHeader } from '@/components/ObjectHeader'
import { TabLinks } from '@/components/TabLinks'
import { behindText } from '@/lib/rehearsal'
import { statusOf, type Status } from '@/lib/status'
import { useStand } from '@/pages/operation/useStand'
import { DeleteCluster } from '@/pages/team/DeleteCluster'
import { useWhoAmI } from '@/session/whoami'
import { PauseCluster } from './change/Toggles'
import { regionOf } from './form/site'
import { TABS } from './tabs'
import './cluster.css'

/** A cluster: how it is and what comes next, what can be done with it, and its tabs. */
export function ClusterFrame() {
  const { team, cluster } = useParams({ from: '/shell/teams/$team/clusters/$cluster' })
  return (
    <Loaded query={clusterQuery(team, cluster)} what="cluster" title={cluster}>
      {(found) => <Framed team={team} cluster={found} />}
    </Loaded>
  )
}

function Framed({ team, cluster }: { team: string; cluster: Cluster }) {
  const { name } = cluster.metadata
  const [open, setOpen] = useState<'pause' | 'delete' | null>(null)
  const navigate = useNavigate()
  const { status, failure } = useStand(statusOf(cluster), cluster.status?.operation)
  const at = `/teams/${team}/clusters/${name}`
  const { plan } = cluster.spec
  const version = cluster.status?.kubernetesVersion
  const region = regionOf(cluster.status?.parameters)
  const behind = behindText(team, cluster.metadata.annotations, useWhoAmI().rehearsal)
  const crumbs = [
    { text: team, to: '/teams/$team', params: { team } },
    { text: 'Clusters', to: '/teams/$team/clusters', params: { team } },
  ] as const
  const place = { team, cluster: name }
  return (
    <ObjectHeader
      title={name}
      status={status}
      crumbs={crumbs}
      lead={[`Cluster of the plan ${plan.name}${plan.version ? ` v${plan.version}` : ''}`, version && `Kubernetes ${version}`, region && `in ${region}`].filter(Boolean).join(', ')}
      failure={failure}
      next={<Next cluster={cluster} status={status} onResume={() => setOpen('pause')} />}
      actions={
        <>
          <ActionButton variant="secondary" permission="cluster.update" {...place} onClick={() => void navigate({ to: `${at}/settings` })}>
            Change
          </ActionButton>
          <ActionMenu label={`Actions of ${name}`}>
            <ActionItem permission="cluster.create" team={team} onClick={() => void navigate({ to: `/teams/${team}/clusters/new`, search: { from: name } })}>
              Duplicate…
            </ActionItem>
            <ActionItem permission="cluster.update" {...place} onClick={() => void navigate({ to: `${at}/upgrade` })}>
              Upgrade…
            </ActionItem>
            <ActionItem permission="cluster.update" {...place} onClick={() => setOpen('pause')}>
              {cluster.spec.paused ? 'Resume…' : 'Pause…'}
            </ActionItem>
            <ActionItem
              permission="cluster.delete"
              {...place}
              blocked={cluster.spec.deletionProtection ? 'It is protected from deletion; take that off in its settings first.' : null}
              isDanger
              onClick={() => setOpen('delete')}
            >
              Delete…
            </ActionItem>
          </ActionMenu>
        </>
      }
    >
      {behind && <Alert isInline variant="info" title={behind} />}
      <TabLinks label="Cluster" tabs={[{ title: 'Overview', to: at }, ...TABS.map(({ tab, title }) => ({ title, to: `${at}/${tab}` }))]} />
      <Outlet />
      {open === 'pause' && <PauseCluster cluster={cluster} onClose={() => setOpen(null)} />}
      {open === 'delete' && <DeleteCluster cluster={cluster} onClose={() => setOpen(null)} />}
    </ObjectHeader>
  )
}

/** What somebody can do about it, or what they can wait for. */
function Next({ cluster, status, onResume }: { cluster: Cluster; status: Status; onResume: () => void }) {
  const operation = cluster.status?.operation
  const { team = '', name } = cluster.metadata
  const params = { team: team ?? '', cluster: name }
  return (
    <div className="kore-row">
      {operation && status.tone !== 'off' && (
        <Link to="/operations/$operation" params={{ operation }}>
          {status.tone === 'bad' || status.tone === 'warn' ? 'See which step it is' : 'Watch it'}
        </Link>
      )}
      {(status.tone === 'bad' || status.tone === 'warn') && (
        <Link to="/teams/$team/clusters/$cluster/settings" params={params}>
          Change what it shall be
        </Link>
      )}
      {cluster.spec.paused && (
        <ActionButton variant="link" isInline permission="cluster.update" team={params.team} cluster={name} onClick={onResume}>
          Resume it
        </ActionButton>
      )}
    </div>
  )
}
