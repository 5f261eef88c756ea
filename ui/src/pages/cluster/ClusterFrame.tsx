import { Outlet, useParams } from '@tanstack/react-router'
import { clusterQuery } from '@/api/kinds/clusters'
import { Loaded } from '@/components/Loaded'
import { ObjectHeader } from '@/components/ObjectHeader'
import { TabLinks } from '@/components/TabLinks'
import { statusOf } from '@/lib/status'
import { TABS } from './tabs'

/** A cluster: how it is, and its tabs. */
export function ClusterFrame() {
  const { team, cluster: name } = useParams({ from: '/shell/teams/$team/clusters/$cluster' })
  const crumbs = [
    { text: team, to: '/teams/$team', params: { team } },
    { text: 'Clusters', to: '/teams/$team/clusters', params: { team } },
  ] as const
  const at = `/teams/${team}/clusters/${name}`
  return (
    <Loaded query={clusterQuery(team, name)} what="cluster">
      {(cluster) => (
        <ObjectHeader title={name} status={statusOf(cluster)} crumbs={crumbs} lead={`Cluster of the plan ${cluster.spec.plan.name}`}>
          <TabLinks
            label="Cluster"
            tabs={[{ title: 'Overview', to: at }, ...TABS.map(({ tab, title }) => ({ title, to: `${at}/${tab}` }))]}
          />
          <Outlet />
        </ObjectHeader>
      )}
    </Loaded>
  )
}
