import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { clusterQuery, newCluster } from '@/api/kinds/clusters'
import { allPlansQuery, allVersionsQuery } from '@/api/kinds/plans'
import { teamQuery } from '@/api/kinds/teams'
import type { Cluster } from '@/api/types'
import { Loaded } from '@/components/Loaded'
import { PageFrame } from '@/components/PageFrame'
import { Permitted } from '@/components/Permitted'
import { Failed, Loading } from '@/components/states'
import { CreateCluster } from '@/pages/cluster/form/CreateCluster'
import { offersFor } from '@/pages/cluster/form/offers'
import { siteOf } from '@/pages/cluster/form/site'

/** A new cluster; what the address says is filled in. */
export function NewClusterPage() {
  const { team } = useParams({ from: '/shell/teams/$team' })
  const { from, name, plan } = useSearch({ from: '/shell/teams/$team/clusters/new' })
  const crumbs = [
    { text: team, to: '/teams/$team', params: { team } },
    { text: 'Clusters', to: '/teams/$team/clusters', params: { team } },
  ] as const
  return (
    <PageFrame
      title="Create cluster"
      crumbs={crumbs}
      lead={from ? `As ${from} is, to begin with.` : 'A Kubernetes of your team’s own. Nothing is made before you say so; what would be made is said on the way.'}
    >
      <Permitted permission="cluster.create" team={team}>
        {from ? (
          <Loaded query={clusterQuery(team, from)} what="cluster">
            {({ spec: { plan: of, overrides } }) => <Form key={`${team}/${from}`} team={team} initial={newCluster(team, name ?? `${from}-2`, { plan: of, ...(overrides && { overrides }) })} />}
          </Loaded>
        ) : (
          <Form key={team} team={team} initial={newCluster(team, name ?? '', { plan: { name: plan ?? '' } })} />
        )}
      </Permitted>
    </PageFrame>
  )
}

function Form({ team, initial }: { team: string; initial: Cluster }) {
  const navigate = useNavigate({ from: '/teams/$team/clusters/new' })
  const search = useSearch({ from: '/shell/teams/$team/clusters/new' })
  const owner = useQuery(teamQuery(team))
  const plans = useQuery(allPlansQuery)
  const versions = useQuery(allVersionsQuery)
  if (plans.error) return <Failed error={plans.error} onRetry={() => void plans.refetch()} />
  if (!owner.data || !plans.data || versions.isPending) return <Loading what="Loading plans" />
  return (
    <CreateCluster
      team={team}
      offers={offersFor(owner.data, plans.data, versions.data ?? [])}
      siteOf={(document) => siteOf(document, plans.data, versions.data ?? [])}
      initial={initial}
      view={search.view ?? 'form'}
      onView={(next) => void navigate({ search: { ...search, view: next === 'form' ? undefined : next }, replace: true, resetScroll: false })}
      onPlan={(next) => void navigate({ search: { ...search, plan: next }, replace: true, resetScroll: false })}
    />
  )
}
