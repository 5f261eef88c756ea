import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { newKey } from '@/api/client'
import { clustersQuery } from '@/api/kinds/clusters'
import { createNamespace, newNamespace, previewNamespace } from '@/api/kinds/namespaces'
import { keys } from '@/api/resource'
import type { Cluster } from '@/api/types'
import { Equivalents } from '@/components/Equivalents'
import { FormPage } from '@/components/form/FormPage'
import { useFormErrors } from '@/components/form/useFormErrors'
import { PageFrame } from '@/components/PageFrame'
import { Permitted } from '@/components/Permitted'
import { PreviewColumn } from '@/components/preview/PreviewColumn'
import { Refusals } from '@/components/preview/Refusals'
import { usePreview } from '@/components/preview/usePreview'
import { Empty, Failed, Loading } from '@/components/states'
import { FIELDS, LABELS, NamespaceFields } from './namespaces/NamespaceFields'
import { createLine, specOf, valuesOf, type Values } from './namespaces/values'
import './team.css'

/** A form for a namespace, beside it what the server says it would come to. */
export function NewNamespacePage() {
  const { team } = useParams({ from: '/shell/teams/$team' })
  const clusters = useQuery(clustersQuery(team, { limit: '200', orderBy: 'name' }))
  const crumbs = [
    { text: team, to: '/teams/$team', params: { team } },
    { text: 'Namespaces', to: '/teams/$team/namespaces', params: { team } },
  ] as const
  const there = clusters.data?.items.filter(({ metadata }) => !metadata.deletionTimestamp)
  return (
    <PageFrame title="Create namespace" crumbs={crumbs}>
      {clusters.isPending && <Loading what="Loading clusters" />}
      {clusters.error && !clusters.data && <Failed error={clusters.error} onRetry={() => void clusters.refetch()} />}
      {there?.length === 0 && (
        <Empty
          title="No cluster to make it in"
          action={<Link to="/teams/$team/clusters/new" params={{ team }}>Create a cluster</Link>}
          cli={`kore cluster create ${team}/NAME --plan PLAN`}
        >
          A namespace is a place in a cluster, and the team has none yet.
        </Empty>
      )}
      {there && there.length > 0 && (
        <Permitted permission="namespace.write" team={team}>
          <CreateForm team={team} clusters={there} />
        </Permitted>
      )}
    </PageFrame>
  )
}

function CreateForm({ team, clusters }: { team: string; clusters: readonly Cluster[] }) {
  const { cluster } = useSearch({ from: '/shell/teams/$team/namespaces/new' })
  const navigate = useNavigate()
  const client = useQueryClient()
  const [key] = useState(newKey)
  const names = clusters.map(({ metadata }) => metadata.name)
  const first = names.length === 1 ? names[0] : names.find((name) => name === cluster)
  const form = useForm<Values>({ defaultValues: valuesOf({ cluster: first ?? '' }) })
  const values = useWatch({ control: form.control, compute: (now) => now })
  const body = newNamespace(team, specOf(values))
  const isAskable = values.cluster !== '' && values.name.trim() !== ''
  const previewed = usePreview({ of: ['namespace', team], body: isAskable ? body : null, ask: previewNamespace })
  const create = useMutation({
    mutationFn: (given: Values) => createNamespace(newNamespace(team, specOf(given)), key),
    onSuccess: async ({ metadata: { name } }) => {
      await client.invalidateQueries({ queryKey: keys.kind('ClusterNamespace') })
      await navigate({ to: '/teams/$team/namespaces/$name', params: { team, name } })
    },
  })
  useFormErrors(form, create.error, FIELDS)
  return (
    <div className="kore-columns">
      <div className="kore-card kore-grow">
        <FormPage
          action="Create namespace"
          onSubmit={(event) => void form.handleSubmit((given) => create.mutate(given))(event)}
          onCancel={() => void navigate({ to: '/teams/$team/namespaces', params: { team } })}
          isSaving={create.isPending}
          error={create.error}
          errorTitle="The namespace was not made"
          fields={FIELDS}
          labels={LABELS}
          equivalents={
            <Equivalents cli={createLine(team, values)} yaml={body} api={{ method: 'POST', path: `/api/v1/teams/${team}/clusternamespaces`, body }} />
          }
        >
          <NamespaceFields form={form} clusters={names} />
        </FormPage>
      </div>
      <div className="kore-side kore-beside">
        <PreviewColumn title="What would happen" previewed={previewed} nothing="Choose a cluster and a name: then the server says here what it would make, what is less safe than it could be, and what it takes of the quota." isOpen isSealed={false}>
          <Refusals previewed={previewed} />
        </PreviewColumn>
      </div>
    </div>
  )
}
