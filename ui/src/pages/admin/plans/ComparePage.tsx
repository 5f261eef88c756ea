import { FormSelect, FormSelectOption } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { explanationQuery, versionName, versionsQuery } from '@/api/kinds/plans'
import { Changes } from '@/components/Changes'
import { Copy } from '@/components/Copy'
import { PageFrame } from '@/components/PageFrame'
import { Failed, Loading } from '@/components/states'
import { changesOf, fixedPaths } from './compare'
import { Impact } from './Impact'
import './plans.css'

/** Two versions of a plan beside each other. */
export function ComparePage() {
  const { plan } = useParams({ from: '/shell/admin/plans/$plan/compare' })
  const search = useSearch({ from: '/shell/admin/plans/$plan/compare' })
  const navigate = useNavigate({ from: '/admin/plans/$plan/compare' })
  const versions = useQuery(versionsQuery(plan))
  const all = versions.data?.items ?? []
  const to = search.to ?? all[0]?.spec.version
  const from = search.from ?? all.find(({ spec }) => spec.version !== to)?.spec.version
  const explanation = useQuery({ ...explanationQuery(plan, { version: to }), enabled: to !== undefined })
  const [before, after] = [from, to].map((version) => all.find(({ spec }) => spec.version === version))
  const parameters = explanation.data?.parameters ?? []
  const changes = before && after ? changesOf(before.spec.parameters, after.spec.parameters, parameters) : []
  const select = (label: string, value: number | undefined, set: (version: number) => void) => (
    <FormSelect aria-label={label} value={String(value ?? '')} onChange={(_, version) => set(Number(version))} className="kore-narrow">
      {all.map(({ spec }) => (
        <FormSelectOption key={spec.version} value={String(spec.version)} label={`v${spec.version} (${spec.stage})`} />
      ))}
    </FormSelect>
  )
  return (
    <PageFrame title="Compare versions" crumbs={[{ text: 'Plans', to: '/admin/plans' }, { text: plan, to: '/admin/plans/$plan', params: { plan } }]}>
      {versions.isPending && <Loading what="Loading versions" />}
      {versions.error && !versions.data && <Failed error={versions.error} onRetry={() => void versions.refetch()} />}
      {versions.data && all.length < 2 && <p>This plan has no two versions.</p>}
      {all.length >= 2 && (
        <div className="kore-stack">
          <div className="kore-row">
            {select('From', from, (version) => void navigate({ search: { from: version, to } }))}
            <span aria-hidden="true">→</span>
            {select('To', to, (version) => void navigate({ search: { from, to: version } }))}
            <Copy text={`kore plan diff ${plan} ${from} ${to}`} what="command" />
          </div>
          <section className="kore-card" aria-label="What differs">
            <h2>
              What differs from v{from} to v{to}
            </h2>
            {!before || !after ? <p>There is no such version.</p> : changes.length > 0 ? <Changes changes={changes} fixed={fixedPaths(changes, parameters)} /> : <p>Nothing differs.</p>}
          </section>
          {to !== undefined && (
            <section className="kore-card" aria-label="Clusters">
              <h2>If clusters were moved to v{to}</h2>
              <Impact version={versionName(plan, to)} />
            </section>
          )}
        </div>
      )}
    </PageFrame>
  )
}
