import { useQuery } from '@tanstack/react-query'
import { useWatch, type Control, type FieldValues, type Path, type UseFormSetValue, type PathValue } from 'react-hook-form'
import { clustersQuery } from '@/api/kinds/clusters'
import { namespacesQuery } from '@/api/kinds/namespaces'
import { allTeamsQuery } from '@/api/kinds/teams'
import { SelectField } from '@/components/form/fields'

/** Where: the form's part that these fields fill. */
export interface PlaceValues {
  team: string
  cluster: string
  namespace: string
}

export const PLACE_FIELDS = { team: '/spec/scope/team', cluster: '/spec/scope/cluster', namespace: '/spec/scope/namespace' }
export const PLACE_LABELS = { team: 'Team', cluster: 'Cluster', namespace: 'Namespace' }

interface Props<T extends FieldValues & PlaceValues> {
  control: Control<T>
  setValue: UseFormSetValue<T>
  /** The team, when it is clear which. */
  team?: string
}

const first = (label: string) => ({ value: '', label })
const named = (name: string) => ({ value: name, label: name })

/** Where a role holds: the platform, a team, a cluster of it, a namespace of that. */
export function PlaceFields<T extends FieldValues & PlaceValues>({ control, setValue, team: fixed }: Props<T>) {
  const [chosen, cluster] = useWatch({ control, name: ['team' as Path<T>, 'cluster' as Path<T>] }) as [string, string]
  const team = fixed ?? chosen
  const teams = useQuery({ ...allTeamsQuery, enabled: fixed === undefined })
  const clusters = useQuery({ ...clustersQuery(team, { limit: '500', orderBy: 'name' }), enabled: team !== '' })
  const namespaces = useQuery({ ...namespacesQuery(team, { limit: '500', filter: `cluster=${cluster}`, orderBy: 'namespace' }), enabled: team !== '' && cluster !== '' })
  const clear = (...names: (keyof PlaceValues)[]) => {
    for (const name of names) setValue(name as Path<T>, '' as PathValue<T, Path<T>>)
  }
  return (
    <div className="kore-fields kore-fields-narrow">
      {fixed === undefined && (
        <span onChange={() => clear('cluster', 'namespace')}>
          <SelectField control={control} name={'team' as Path<T>} label={PLACE_LABELS.team} options={[first('The whole platform'), ...(teams.data ?? []).map(({ metadata }) => named(metadata.name))]} />
        </span>
      )}
      {team !== '' && (
        <span onChange={() => clear('namespace')}>
          <SelectField control={control} name={'cluster' as Path<T>} label={PLACE_LABELS.cluster} options={[first('The whole team'), ...(clusters.data?.items ?? []).map(({ metadata }) => named(metadata.name))]} />
        </span>
      )}
      {team !== '' && cluster !== '' && (
        <SelectField control={control} name={'namespace' as Path<T>} label={PLACE_LABELS.namespace} options={[first('The whole cluster'), ...(namespaces.data?.items ?? []).map(({ spec }) => named(spec.name))]} />
      )}
    </div>
  )
}
