import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { explanationQuery, planQuery, versionsQuery, type Plan } from '@/api/kinds/plans'
import { ActionButton, ActionItem } from '@/components/ActionButton'
import { ActionMenu } from '@/components/ActionMenu'
import { Facts } from '@/components/Facts'
import { forTeams } from '@/components/form/allocationValues'
import { Loaded } from '@/components/Loaded'
import { ObjectHeader } from '@/components/ObjectHeader'
import { providerTitle } from '@/components/providers'
import { Failed, Loading } from '@/components/states'
import { Time } from '@/components/Time'
import { CreatePlan } from './CreatePlan'
import { DeletePlan } from './DeletePlan'
import { EditPlan } from './EditPlan'
import { Parameters } from './Parameters'
import { VersionsTable } from './VersionsTable'
import { count, usedBy } from './words'
import './plans.css'

const CRUMBS = [{ text: 'Plans', to: '/admin/plans' }] as const

/** One plan: its versions, who may use it, and what a version says. */
export function PlanPage() {
  const { plan: name } = useParams({ from: '/shell/admin/plans/$plan' })
  return (
    <Loaded query={planQuery(name)} what="plan" title={name}>
      {(plan) => <Body plan={plan} />}
    </Loaded>
  )
}

function Body({ plan }: { plan: Plan }) {
  const { name } = plan.metadata
  const { version: chosen } = useSearch({ from: '/shell/admin/plans/$plan' })
  const navigate = useNavigate()
  const versions = useQuery(versionsQuery(name))
  const [dialog, setDialog] = useState<'edit' | 'clone' | 'delete' | null>(null)
  const all = versions.data?.items ?? []
  const draft = all.find(({ spec }) => spec.stage === 'draft')
  const shown = chosen ?? plan.spec.currentVersion ?? all[0]?.spec.version
  const users = usedBy(all, name)
  const current = plan.spec.currentVersion
  return (
    <ObjectHeader
      title={name}
      crumbs={CRUMBS}
      lead={plan.spec.description}
      status={current ? { tone: 'ok', text: `v${current} is current`, message: null } : { tone: 'warn', text: 'Not published', message: 'Nobody can make clusters of it until a version is published.' }}
      next={draft ? 'Publish its draft.' : 'Draft a version and publish it.'}
      actions={
        <>
          <ActionButton permission="plan.write" variant="primary" onClick={() => void navigate({ to: '/admin/plans/$plan/draft', params: { plan: name } })}>
            {draft ? `Edit draft v${draft.spec.version}` : 'Draft next version'}
          </ActionButton>
          <ActionMenu label={`Actions of ${name}`}>
            <ActionItem permission="plan.write" onClick={() => setDialog('edit')}>
              Change words and teams…
            </ActionItem>
            <ActionItem permission="plan.write" blocked={current ? null : 'It has no published version to begin from.'} onClick={() => setDialog('clone')}>
              Clone…
            </ActionItem>
            <ActionItem permission="plan.write" isDanger onClick={() => setDialog('delete')}>
              Delete…
            </ActionItem>
          </ActionMenu>
        </>
      }
    >
      <div className="kore-columns">
        <section className="kore-card kore-grow" aria-label="Versions">
          <h2>Versions</h2>
          {versions.isPending && <Loading what="Loading versions" rows={3} />}
          {versions.error && <Failed error={versions.error} onRetry={() => void versions.refetch()} />}
          {versions.data && <VersionsTable plan={plan} versions={all} shown={shown} />}
        </section>
        <section className="kore-card kore-side" aria-label="About">
          <h2>About</h2>
          <Facts
            facts={{
              Title: plan.spec.title,
              For: forTeams(plan.spec.teams),
              'Used by': users > 0 ? <Link to="/admin/clusters" search={{ filter: `plan=${name}` }}>{count(users, 'cluster')}</Link> : 'no cluster',
              Provider: providerTitle(plan.spec.provider),
              Created: <Time at={plan.metadata.creationTimestamp} />,
            }}
          />
        </section>
      </div>
      {shown !== undefined && (
        <section className="kore-card" aria-label={`Parameters of version ${shown}`}>
          <h2>Parameters of v{shown}</h2>
          <Parameters query={explanationQuery(name, { version: shown })} />
          <p className="kore-hint">
            What a team may change of them:{' '}
            <Link to="/admin/policies/-/matrix" search={{ plan: name }}>
              parameters and teams
            </Link>
          </p>
        </section>
      )}
      {dialog === 'edit' && <EditPlan plan={plan} onClose={() => setDialog(null)} />}
      {dialog === 'clone' && <CreatePlan from={plan} onClose={() => setDialog(null)} />}
      {dialog === 'delete' && <DeletePlan plan={plan} onClose={() => setDialog(null)} onDeleted={() => void navigate({ to: '/admin/plans' })} />}
    </ObjectHeader>
  )
}
