import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { namespaceQuery, previewReplaced, replaceNamespace, type ClusterNamespace } from '@/api/kinds/namespaces'
import { keys } from '@/api/resource'
import { Equivalents } from '@/components/Equivalents'
import { FormPage } from '@/components/form/FormPage'
import { useFormErrors } from '@/components/form/useFormErrors'
import { Loaded } from '@/components/Loaded'
import { PageFrame } from '@/components/PageFrame'
import { Permitted } from '@/components/Permitted'
import { PreviewColumn } from '@/components/preview/PreviewColumn'
import { Refusals } from '@/components/preview/Refusals'
import { usePreview } from '@/components/preview/usePreview'
import { FIELDS, LABELS, NamespaceFields } from './namespaces/NamespaceFields'
import { editLine, specOf, valuesOf, type Values } from './namespaces/values'
import './team.css'

/** Changes a namespace; beside the form what that comes to. */
export function EditNamespacePage() {
  const { team, name } = useParams({ from: '/shell/teams/$team/namespaces/$name/edit' })
  return (
    <Loaded query={namespaceQuery(team, name)} what="namespace" title={name}>
      {(found) => (
        <Permitted title={`Edit ${found.spec.name}`} permission="namespace.write" team={team} cluster={found.spec.cluster}>
          <EditForm key={found.metadata.uid} found={found} />
        </Permitted>
      )}
    </Loaded>
  )
}

function EditForm({ found }: { found: ClusterNamespace }) {
  // What somebody looks at while they type stays as it was when they began; the server tells when it is older than the truth.
  const [begun] = useState(found)
  // What Kore observes meanwhile is nobody's change: then it is the object as it is now that is changed.
  const namespace = found.metadata.generation === begun.metadata.generation ? found : begun
  const { metadata, spec } = namespace
  const team = metadata.team ?? ''
  const navigate = useNavigate()
  const client = useQueryClient()
  const form = useForm<Values>({ defaultValues: valuesOf(spec) })
  const values = useWatch({ control: form.control, compute: (now) => now })
  const bodyOf = (given: Values): ClusterNamespace => ({ ...namespace, spec: specOf(given, spec) })
  const body = bodyOf(values)
  const previewed = usePreview({ of: ['namespace', team, metadata.name], body, ask: previewReplaced })
  const back = () => navigate({ to: '/teams/$team/namespaces/$name', params: { team, name: metadata.name } })
  const change = useMutation({
    mutationFn: (given: Values) => replaceNamespace(bodyOf(given)),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.kind('ClusterNamespace') })
      await back()
    },
    onError: () => client.invalidateQueries({ queryKey: keys.kind('ClusterNamespace') }),
  })
  useFormErrors(form, change.error, FIELDS)
  const crumbs = [
    { text: team, to: '/teams/$team', params: { team } },
    { text: 'Namespaces', to: '/teams/$team/namespaces', params: { team } },
    { text: spec.name, to: '/teams/$team/namespaces/$name', params: { team, name: metadata.name } },
  ] as const
  return (
    <PageFrame title={`Edit ${spec.name}`} lead={`In cluster ${spec.cluster}. Pods that run stay; what is smaller than their use holds for new ones.`} crumbs={crumbs}>
      <div className="kore-columns">
        <div className="kore-card kore-grow">
          <FormPage
            action="Save"
            onSubmit={(event) => void form.handleSubmit((given) => change.mutate(given))(event)}
            onCancel={() => void back()}
            isSaving={change.isPending}
            error={change.error}
            errorTitle="The namespace was not changed"
            fields={FIELDS}
            labels={LABELS}
            equivalents={
              <Equivalents
                cli={editLine(team, namespace, values)}
                yaml={{ apiVersion: body.apiVersion, kind: body.kind, metadata: { name: metadata.name, team }, spec: body.spec }}
                api={{
                  method: 'PUT',
                  path: `/api/v1/teams/${team}/clusternamespaces/${metadata.name}`,
                  ifMatch: `"${metadata.resourceVersion ?? ''}"`,
                  body: { apiVersion: body.apiVersion, kind: body.kind, metadata: { name: metadata.name, team }, spec: body.spec },
                }}
              />
            }
          >
            <NamespaceFields form={form} clusters={null} />
          </FormPage>
        </div>
        <div className="kore-side kore-beside">
          <PreviewColumn title="What would happen" previewed={previewed} nothing="Asking the server…" isOpen isSealed={false}>
            <Refusals previewed={previewed} />
          </PreviewColumn>
        </div>
      </div>
    </PageFrame>
  )
}
