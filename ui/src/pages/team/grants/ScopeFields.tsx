import { useQuery } from '@tanstack/react-query'
import { useWatch, type UseFormReturn } from 'react-hook-form'
import { clustersQuery } from '@/api/kinds/clusters'
import { givableRolesQuery } from '@/api/kinds/roles'
import { namespacesQuery } from '@/api/kinds/namespaces'
import type { Schema } from '@/api/types'
import { SelectField } from '@/components/form/fields'

/** The form of a role somewhere in a team. Empty means none, the whole team, the whole cluster. */
export interface Where {
  role: string
  cluster: string
  namespace: string
}

export const SCOPE_FIELDS = { role: '/spec/role', cluster: '/spec/scope/cluster', namespace: '/spec/scope/namespace' }
export const SCOPE_LABELS = { role: 'Role', cluster: 'Where', namespace: 'Namespace' }

export const scopeOf = (team: string, { cluster, namespace }: Where): Schema<'ScopeSpec'> => ({
  team,
  ...(cluster && { cluster }),
  ...(cluster && namespace && { namespace }),
})

/** The scope as the command line writes it. */
export const scopePath = (team: string, { cluster, namespace }: Where): string =>
  [team, ...(cluster ? [cluster, ...(namespace ? [namespace] : [])] : [])].join('/')

/** A role, and where in the team it holds. */
export function ScopeFields<T extends Where>({ form: given, team, none }: { form: UseFormReturn<T>; team: string; none?: string }) {
  const form = given as unknown as UseFormReturn<Where>
  const cluster = useWatch({ control: form.control, name: 'cluster' })
  const roles = useQuery(givableRolesQuery)
  const clusters = useQuery(clustersQuery(team, { limit: '200', orderBy: 'name' }))
  const namespaces = useQuery({ ...namespacesQuery(team, { filter: `cluster=${cluster}`, limit: '200', orderBy: 'namespace' }), enabled: cluster !== '' })
  return (
    <>
      <SelectField
        control={form.control}
        name="role"
        label={SCOPE_LABELS.role}
        required={none === undefined ? 'Which role?' : undefined}
        options={[
          { value: '', label: none ?? 'Choose a role' },
          ...(roles.data ?? []).map(({ metadata: { name }, spec }) => ({ value: name, label: spec.description ? `${name}: ${spec.description}` : name })),
        ]}
      />
      <div className="kore-fields">
        <SelectField
          control={form.control}
          name="cluster"
          label={SCOPE_LABELS.cluster}
          options={[{ value: '', label: `The whole team ${team}` }, ...(clusters.data?.items ?? []).map(({ metadata: { name } }) => ({ value: name, label: `Cluster ${name}` }))]}
        />
        {cluster !== '' && (
          <SelectField
            control={form.control}
            name="namespace"
            label={SCOPE_LABELS.namespace}
            options={[{ value: '', label: 'The whole cluster' }, ...(namespaces.data?.items ?? []).map(({ spec: { name } }) => ({ value: name, label: name }))]}
          />
        )}
      </div>
    </>
  )
}
