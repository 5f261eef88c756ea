import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { allVersionsQuery, plansQuery, type Plan, type PlanVersion } from '@/api/kinds/plans'
import { ActionButton, ActionItem } from '@/components/ActionButton'
import { ActionMenu } from '@/components/ActionMenu'
import { forTeams } from '@/components/form/allocationValues'
import { ResourceList, type Column } from '@/components/list/ResourceList'
import { PageFrame } from '@/components/PageFrame'
import { providerTitle } from '@/components/providers'
import { Empty } from '@/components/states'
import { Time } from '@/components/Time'
import { CreatePlan } from './CreatePlan'
import { DeletePlan } from './DeletePlan'
import { usedBy } from './words'

const columns = (versions: readonly PlanVersion[] | undefined): readonly Column<Plan>[] => [
  { title: 'Name', sort: 'name', cell: (plan) => <Name plan={plan} /> },
  { title: 'Current', sort: 'currentVersion', cell: ({ spec }) => (spec.currentVersion ? `v${spec.currentVersion}` : 'none published') },
  { title: 'Draft', cell: (plan) => <Draft plan={plan} /> },
  { title: 'For', cell: ({ spec }) => forTeams(spec.teams) },
  { title: 'Clusters', cell: ({ metadata: { name } }) => <Users plan={name} count={versions && usedBy(versions, name)} /> },
  { title: 'Provider', sort: 'provider', cell: ({ spec }) => providerTitle(spec.provider) },
  { title: 'Created', sort: 'created', cell: ({ metadata }) => <Time at={metadata.creationTimestamp} /> },
]

const FILTERS = [{ field: 'name', label: 'Name' }] as const

/** What clusters can be made from. */
export function PlansPage() {
  const search = useSearch({ from: '/shell/admin/plans' })
  const navigate = useNavigate({ from: '/admin/plans' })
  const versions = useQuery(allVersionsQuery)
  const [creating, setCreating] = useState<{ from: Plan | null } | null>(null)
  const [deleting, setDeleting] = useState<Plan | null>(null)
  const create = (
    <ActionButton permission="plan.write" onClick={() => setCreating({ from: null })}>
      Create plan
    </ActionButton>
  )
  return (
    <PageFrame title="Plans" lead="What teams can make clusters from. A plan has versions; what a published one says never changes again." actions={create}>
      <ResourceList
        label="Plans"
        columns={columns(versions.data)}
        idOf={(plan) => plan.metadata.uid ?? plan.metadata.name}
        query={plansQuery}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        filters={FILTERS}
        defaultSort="name"
        empty={
          <Empty title="No plans yet" action={create} cli="kore plan create NAME">
            A plan says what clusters are: how many nodes, of which size, how strict.
          </Empty>
        }
        actions={(plan) => (
          <ActionMenu label={`Actions of ${plan.metadata.name}`}>
            <ActionItem permission="plan.write" blocked={plan.spec.currentVersion ? null : 'It has no published version to begin from.'} onClick={() => setCreating({ from: plan })}>
              Clone…
            </ActionItem>
            <ActionItem permission="plan.write" isDanger onClick={() => setDeleting(plan)}>
              Delete…
            </ActionItem>
          </ActionMenu>
        )}
      />
      {creating && <CreatePlan from={creating.from} onClose={() => setCreating(null)} />}
      {deleting && <DeletePlan plan={deleting} onClose={() => setDeleting(null)} />}
    </PageFrame>
  )
}

function Name({ plan: { metadata, spec } }: { plan: Plan }) {
  return (
    <>
      <Link to="/admin/plans/$plan" params={{ plan: metadata.name }}>
        {metadata.name}
      </Link>
      {spec.description && <span className="kore-second">{spec.description}</span>}
    </>
  )
}

function Draft({ plan: { metadata, status } }: { plan: Plan }) {
  if (!status?.draft) return <>–</>
  return (
    <Link to="/admin/plans/$plan/draft" params={{ plan: metadata.name }}>
      v{status.draft}
    </Link>
  )
}

function Users({ plan, count }: { plan: string; count: number | undefined }) {
  if (!count) return <>{count ?? '…'}</>
  return (
    <Link to="/admin/clusters" search={{ filter: `plan=${plan}` }}>
      {count}
    </Link>
  )
}
