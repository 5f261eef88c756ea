import { api, match, ok, written } from '../client'
import { allQuery, itemQuery, listQuery, type Query } from '../resource'
import { API_VERSION, type ListParameters, type Schema } from '../types'

export type Plan = Schema<'Plan'>
export type PlanVersion = Schema<'PlanVersion'>
export type Explanation = Schema<'Explanation'>
export type Allocation = Schema<'Allocation'>
export type Stage = Schema<'Stage'>
export type PlanImpact = Schema<'PlanImpact'>

const list = (query: ListParameters, signal: AbortSignal) => ok(api.GET('/api/v1/plans', { params: { query }, signal }))

export const plansQuery = (parameters: ListParameters) => listQuery<Plan>('Plan', null, parameters, list)
/** Every plan that somebody sees, up to a limit: for choosing one. */
export const allPlansQuery = allQuery<Plan>('Plan', null, list)
/** Plans of which new clusters can be made. */
export const offeredPlansQuery: Query<Plan[]> = { ...allPlansQuery, select: (plans) => plans.filter(({ spec }) => spec.currentVersion) }
export const planQuery = (name: string) =>
  itemQuery<Plan>('Plan', null, name, (signal) => ok(api.GET('/api/v1/plans/{name}', { params: { path: { name } }, signal })))

/** Versions of all plans: for counting who uses them. */
export const allVersionsQuery = allQuery<PlanVersion>('PlanVersion', null, (query, signal) =>
  ok(api.GET('/api/v1/planversions', { params: { query }, signal })),
)

/** Versions of a plan, the newest first. */
export const versionsQuery = (plan: string) =>
  listQuery<PlanVersion>('PlanVersion', null, { filter: `plan=${plan}`, orderBy: '-version', limit: '100' }, (query, signal) =>
    ok(api.GET('/api/v1/planversions', { params: { query }, signal })),
  )

export const versionQuery = (name: string) =>
  itemQuery<PlanVersion>('PlanVersion', null, name, (signal) =>
    ok(api.GET('/api/v1/planversions/{name}', { params: { path: { name } }, signal })),
  )

/** Each parameter of a plan's version, its schema, and what policies say to a team. */
export const explanationQuery = (plan: string, on: { version?: number; team?: string } = {}): Query<Explanation> => ({
  queryKey: ['Plan', 'explanation', plan, on.version ?? null, on.team ?? null],
  meta: { follows: ['PlanVersion', 'PlanPolicy', 'Team'] },
  queryFn: ({ signal }) =>
    ok(
      api.GET('/api/v1/plans/{name}/explanation', {
        params: { path: { name: plan }, query: { version: on.version?.toString(), team: on.team } },
        signal,
      }),
    ),
})

/** What a version would change in clusters of its plan. */
export const impactQuery = (version: string): Query<PlanImpact[]> => ({
  queryKey: ['PlanVersion', 'impact', version],
  meta: { follows: ['Cluster', 'PlanPolicy'] },
  queryFn: async ({ signal }) =>
    (await ok(api.GET('/api/v1/planversions/{name}/impact', { params: { path: { name: version } }, signal }))).clusters,
})

export const versionName = (plan: string, version: number) => `${plan}-v${version}`

export const newPlan = (name: string, spec: Plan['spec']): Plan => ({ apiVersion: API_VERSION, kind: 'Plan', metadata: { name, generation: 0 }, spec })

export const newVersion = (spec: PlanVersion['spec']): PlanVersion => ({
  apiVersion: API_VERSION,
  kind: 'PlanVersion',
  metadata: { name: versionName(spec.plan, spec.version), generation: 0 },
  spec,
})

export const createPlan = (plan: Plan, key: string) =>
  written(api.POST('/api/v1/plans', { params: { header: { 'Idempotency-Key': key } }, body: plan }))

export const replacePlan = (plan: Plan, spec: Plan['spec']) =>
  written(api.PUT('/api/v1/plans/{name}', { params: { path: { name: plan.metadata.name }, header: match(plan) }, body: { ...plan, spec } }))

export const deletePlan = (plan: Plan) =>
  written(api.DELETE('/api/v1/plans/{name}', { params: { path: { name: plan.metadata.name }, header: match(plan) } }))

export const createVersion = (version: PlanVersion, key: string) =>
  written(api.POST('/api/v1/planversions', { params: { header: { 'Idempotency-Key': key } }, body: version }))

export const replaceVersion = (version: PlanVersion, spec: PlanVersion['spec']) =>
  written(
    api.PUT('/api/v1/planversions/{name}', {
      params: { path: { name: version.metadata.name }, header: match(version) },
      body: { ...version, spec },
    }),
  )

export const deleteVersion = (version: PlanVersion) =>
  written(api.DELETE('/api/v1/planversions/{name}', { params: { path: { name: version.metadata.name }, header: match(version) } }))
