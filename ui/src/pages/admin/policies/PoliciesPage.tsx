import { useNavigate, useSearch, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { policiesQuery, type PlanPolicy } from '@/api/kinds/policies'
import { ActionButton, ActionItem } from '@/components/ActionButton'
import { ActionMenu } from '@/components/ActionMenu'
import { forTeams } from '@/components/form/allocationValues'
import { ResourceList, type Column } from '@/components/list/ResourceList'
import { PageFrame } from '@/components/PageFrame'
import { providerTitle } from '@/components/providers'
import { Empty } from '@/components/states'
import { TabLinks } from '@/components/TabLinks'
import { Time } from '@/components/Time'
import { DeletePolicy } from './DeletePolicy'
import { TABS } from './tabs'

const COLUMNS: readonly Column<PlanPolicy>[] = [
  { title: 'Name', sort: 'name', cell: (policy) => <Name policy={policy} /> },
  { title: 'Plans', cell: ({ spec }) => ((spec.plans ?? []).length > 0 ? (spec.plans ?? []).join(', ') : `every plan of ${providerTitle(spec.provider)}`) },
  { title: 'Teams', cell: ({ spec }) => forTeams(spec.teams) },
  { title: 'Says', cell: ({ spec }) => <Says spec={spec} /> },
  { title: 'Owner', sort: 'owner', cell: ({ spec }) => spec.owner },
  { title: 'Created', sort: 'created', cell: ({ metadata }) => <Time at={metadata.creationTimestamp} /> },
]

const FILTERS = [
  { field: 'name', label: 'Name' },
  { field: 'owner', label: 'Owner' },
] as const

/** What teams may change about plans. */
export function PoliciesPage() {
  const search = useSearch({ from: '/shell/admin/policies' })
  const navigate = useNavigate({ from: '/admin/policies' })
  const [deleting, setDeleting] = useState<PlanPolicy | null>(null)
  const create = (
    <ActionButton permission="policy.write" onClick={() => void navigate({ to: '/admin/policies/-/new' })}>
      Create policy
    </ActionButton>
  )
  return (
    <PageFrame title="Policies" lead="What teams may change about plans. Every policy that applies must allow what a cluster is; none undoes another’s lock." actions={create}>
      <TabLinks label="Policies" tabs={TABS} />
      <ResourceList
        label="Policies"
        columns={COLUMNS}
        idOf={(policy) => policy.metadata.uid ?? policy.metadata.name}
        query={policiesQuery}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        filters={FILTERS}
        defaultSort="name"
        empty={
          <Empty title="No policies yet" action={create} cli="kore policy create NAME --owner OWNER --reason REASON --max 'nodePools.*.size=3'">
            Teams may change every parameter of a plan until a policy locks or limits it.
          </Empty>
        }
        actions={(policy) => (
          <ActionMenu label={`Actions of ${policy.metadata.name}`}>
            <ActionItem permission="policy.write" isDanger onClick={() => setDeleting(policy)}>
              Delete…
            </ActionItem>
          </ActionMenu>
        )}
      />
      {deleting && <DeletePolicy policy={deleting} onClose={() => setDeleting(null)} />}
    </PageFrame>
  )
}

function Name({ policy: { metadata, spec } }: { policy: PlanPolicy }) {
  return (
    <>
      <Link to="/admin/policies/$policy" params={{ policy: metadata.name }}>
        {metadata.name}
      </Link>
      <span className="kore-second">{spec.reason}</span>
    </>
  )
}

function Says({ spec }: { spec: PlanPolicy['spec'] }) {
  const rules = Object.values(spec.rules ?? {})
  const locked = rules.filter(({ access }) => access === 'locked').length
  const parts = [
    ...(locked > 0 ? [`${locked} locked`] : []),
    ...(rules.length > locked ? [`${rules.length - locked} limited`] : []),
    ...(spec.default === 'locked' ? ['all else locked'] : []),
  ]
  return <>{parts.length > 0 ? parts.join(', ') : 'nothing'}</>
}
