import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Live } from '@/api/kube/useLiveList'
import type { ClusterAddress } from '@/api/kubernetes'
import { ObjectHeader } from '@/components/ObjectHeader'
import { PageFrame } from '@/components/PageFrame'
import { Empty, Failed, Loading } from '@/components/states'
import type { Thing } from '@/lib/kube/types'
import type { Status } from '@/lib/status'
import { Following } from './Following'
import './kube.css'

interface Props<T> {
  address: ClusterAddress
  /** The tab that it belongs to: "Pods", "pods". */
  tab: { title: string; path: 'pods' | 'workloads' | 'nodes' }
  what: string
  name: string
  namespace?: string
  live: Live<T>
  statusOf: (object: T) => Status
  lead?: (object: T) => ReactNode
  actions?: (object: T) => ReactNode
  views: readonly { view: string; title: string }[]
  view: string
  children: (object: T) => ReactNode
}

/** The page of one object of a cluster, as it is now. */
export function ObjectPage<T extends Thing>(props: Props<T>) {
  const { address, tab, what, name, namespace, live, statusOf, lead, actions, views, view, children } = props
  const { team, cluster } = address
  const crumbs = [
    { text: team, to: '/teams/$team', params: { team } },
    { text: 'Clusters', to: '/teams/$team/clusters', params: { team } },
    { text: cluster, to: '/teams/$team/clusters/$cluster', params: { team, cluster } },
    { text: tab.title, to: `/teams/$team/clusters/$cluster/${tab.path}`, params: { team, cluster } },
  ] as const
  const [object] = live.items.values()
  if (!object) {
    return (
      <PageFrame title={name} crumbs={crumbs}>
        {live.phase === 'loading' && <Loading what={`Loading the ${what}`} />}
        {live.phase === 'failed' && <Failed error={live.error} onRetry={live.again} />}
        {live.phase === 'ready' && (
          <Empty title={`There is no such ${what}`} action={<Link to={`/teams/$team/clusters/$cluster/${tab.path}`} params={{ team, cluster }} search={{ namespace }}>All {tab.title.toLowerCase()}</Link>}>
            It has been deleted, or it never was.
          </Empty>
        )}
      </PageFrame>
    )
  }
  return (
    <ObjectHeader title={name} status={statusOf(object)} crumbs={crumbs} lead={lead?.(object)} actions={actions?.(object)}>
      <nav aria-label={`Views of the ${what}`} className="kore-tabs">
        {views.map((one) => (
          <Link key={one.view} to="." search={{ view: one.view }} aria-current={one.view === view ? 'page' : undefined}>
            {one.title}
          </Link>
        ))}
      </nav>
      {children(object)}
      <p className="kore-hint">
        <Following live={live} />
      </p>
    </ObjectHeader>
  )
}
