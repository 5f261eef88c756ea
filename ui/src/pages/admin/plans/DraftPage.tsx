import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { allPlansQuery, explanationQuery, newVersion, planQuery, versionsQuery, type Plan, type PlanVersion } from '@/api/kinds/plans'
import { Loaded } from '@/components/Loaded'
import { fresh, shapeOf } from '@/components/schema/shape'
import { PageFrame } from '@/components/PageFrame'
import { Failed, Loading } from '@/components/states'
import { DraftEditor } from './DraftEditor'

/** The draft of a plan's next version, or one that begins as the current version. */
export function DraftPage() {
  const { plan: name } = useParams({ from: '/shell/admin/plans/$plan/draft' })
  return (
    <Loaded query={planQuery(name)} what="plan" title={name}>
      {(plan) => <Begin plan={plan} />}
    </Loaded>
  )
}

function Begin({ plan }: { plan: Plan }) {
  const { name } = plan.metadata
  const versions = useQuery(versionsQuery(name))
  const all = versions.data?.items
  const draft = all?.find(({ spec }) => spec.stage === 'draft')
  const known = draft ?? all?.[0]
  const plans = useQuery({ ...allPlansQuery, enabled: all?.length === 0 })
  // The schema is the provider's: where this plan says nothing yet, another one's version shows it.
  const other = plans.data?.find(({ spec }) => spec.provider === plan.spec.provider && spec.currentVersion)
  const from = known ? { plan: name, version: known.spec.version } : other ? { plan: other.metadata.name, version: other.spec.currentVersion ?? 1 } : null
  const explanation = useQuery({ ...explanationQuery(from?.plan ?? '', { version: from?.version }), enabled: versions.isSuccess && from !== null })
  const failed = versions.error ?? explanation.error
  if (failed && !explanation.data) return <Failed error={failed} onRetry={() => void explanation.refetch()} />
  const isReady = all !== undefined && (explanation.data !== undefined || (plans.isSuccess && from === null))
  if (!isReady) {
    return (
      <PageFrame title={`Draft of ${name}`}>
        <Loading what="Loading the draft" />
      </PageFrame>
    )
  }
  const schema = explanation.data?.schema ?? {}
  const current = all.find(({ spec }) => spec.version === plan.spec.currentVersion)
  return <DraftEditor plan={plan} draft={draft} current={current} schema={explanation.data ? schema : null} parameters={explanation.data?.parameters ?? []} begin={draft ?? next(plan, all, current, schema)} />
}

/** The version that comes next, as the current one is, or as the provider has it without a word. */
function next(plan: Plan, all: readonly PlanVersion[], current: PlanVersion | undefined, schema: unknown): PlanVersion {
  const version = Math.max(0, ...all.map(({ spec }) => spec.version)) + 1
  const base = fresh(shapeOf(schema))
  const parameters = current?.spec.parameters ?? (typeof base === 'object' && base !== null ? { ...base } : {})
  return newVersion({ plan: plan.metadata.name, version, provider: plan.spec.provider, stage: 'draft', parameters })
}
