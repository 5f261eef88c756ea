import { FormSelect, FormSelectOption } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { allPlansQuery, explanationQuery } from '@/api/kinds/plans'
import { allPoliciesQuery } from '@/api/kinds/policies'
import { allTeamsQuery } from '@/api/kinds/teams'
import { Copy } from '@/components/Copy'
import { PageFrame } from '@/components/PageFrame'
import { Empty, Failed, Loading } from '@/components/states'
import { TabLinks } from '@/components/TabLinks'
import { Matrix } from './Matrix'
import { TABS } from './tabs'
import './policies.css'

/** Parameters of a plan × teams: who may change what, and who says no, why. */
export function MatrixPage() {
  const { plan: chosen } = useSearch({ from: '/shell/admin/policies/-/matrix' })
  const navigate = useNavigate({ from: '/admin/policies/-/matrix' })
  const plans = useQuery(allPlansQuery)
  const teams = useQuery(allTeamsQuery)
  const policies = useQuery(allPoliciesQuery)
  const published = plans.data?.filter(({ spec }) => spec.currentVersion) ?? []
  const plan = published.find(({ metadata }) => metadata.name === chosen) ?? published[0]
  const explanation = useQuery({ ...explanationQuery(plan?.metadata.name ?? ''), enabled: plan !== undefined })
  const failed = plans.error ?? teams.error ?? policies.error ?? explanation.error
  const isReady = teams.data && policies.data && explanation.data && plan
  return (
    <PageFrame title="Parameters and teams" crumbs={[{ text: 'Policies', to: '/admin/policies' }]} lead="What each team may change about a plan, and by which policy not.">
      <TabLinks label="Policies" tabs={TABS} />
      {failed && !isReady && <Failed error={failed} />}
      {!failed && plans.data && published.length === 0 && (
        <Empty title="No published plan" action={<Link to="/admin/plans">Go to the plans</Link>} cli="kore plan list">
          Policies are about plans: publish one first.
        </Empty>
      )}
      {!failed && !isReady && (plans.isPending || plan) && <Loading what="Loading policies" />}
      {isReady && (
        <>
          <div className="kore-row kore-matrix-bar">
            <FormSelect aria-label="Plan" className="kore-narrow" value={plan.metadata.name} onChange={(_, next) => void navigate({ search: { plan: next } })}>
              {published.map(({ metadata: { name } }) => (
                <FormSelectOption key={name} value={name} label={`Plan: ${name}`} />
              ))}
            </FormSelect>
            <Copy text={`kore policy explain --team TEAM --plan ${plan.metadata.name}`} what="command" />
          </div>
          {teams.data.length === 0 ? (
            <Empty title="No teams yet" action={<Link to="/admin/teams">Go to the teams</Link>} cli="kore team create NAME">
              Teams are who policies are about.
            </Empty>
          ) : (
            <Matrix plan={plan} teams={teams.data} policies={policies.data} explanation={explanation.data} />
          )}
        </>
      )}
    </PageFrame>
  )
}
