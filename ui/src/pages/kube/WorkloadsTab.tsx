import { Checkbox, FormSelect, FormSelectOption, ToolbarItem } from '@patternfly/react-core'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo, useState } from 'react'
import { Empty } from '@/components/states'
import { imagesOf, isPlural, PLURALS, WORKLOADS } from '@/lib/kube/workloads'
import { RestartWorkload, ScaleWorkload } from './deeds'
import { KubeList } from './KubeList'
import { NamespacePicker } from './NamespacePicker'
import { useWorkloads, type Listed } from './useWorkloads'
import { workloadColumns } from './workloadColumns'
import { WorkloadMenu } from './WorkloadMenu'
import './kube.css'

/** What runs in a cluster, by what makes it run. */
export function WorkloadsTab() {
  const address = useParams({ from: '/shell/teams/$team/clusters/$cluster' })
  const { team, cluster } = address
  const search = useSearch({ from: '/shell/teams/$team/clusters/$cluster/workloads' })
  const navigate = useNavigate({ from: '/teams/$team/clusters/$cluster/workloads' })
  const onSearch = (next: typeof search) => void navigate({ search: next, replace: true })
  const kind = search.kind && isPlural(search.kind) ? search.kind : null
  const live = useWorkloads(address, search.namespace, kind)
  const [deed, setDeed] = useState<{ what: 'restart' | 'scale'; on: Listed } | null>(null)
  const isOfAll = search.namespace === undefined
  const columns = useMemo(() => workloadColumns({ team, cluster }, isOfAll), [team, cluster, isOfAll])
  const actions = useCallback(
    (one: Listed) => (
      <WorkloadMenu address={{ team, cluster }} plural={one.plural} workload={one} onRestart={() => setDeed({ what: 'restart', on: one })} onScale={() => setDeed({ what: 'scale', on: one })} />
    ),
    [team, cluster],
  )
  const keep = useCallback((one: Listed) => !search.trouble || one.state.tone === 'bad' || one.state.tone === 'warn', [search.trouble])
  const textOf = useCallback((one: Listed) => `${one.metadata.namespace ?? ''} ${WORKLOADS[one.plural].kind} ${one.state.text} ${imagesOf(one).join(' ')}`, [])
  const about = deed && { address, plural: deed.on.plural, workload: deed.on, onClose: () => setDeed(null), onDone: live.again }
  return (
    <>
      <KubeList
        label="Workloads"
        live={live}
        columns={columns}
        keep={keep}
        textOf={textOf}
        search={search}
        onSearch={onSearch}
        defaultSort="name"
        filters={
          <>
            <NamespacePicker address={address} items={live.items} search={search} onSearch={onSearch} />
            <ToolbarItem>
              <FormSelect aria-label="Kind" value={kind ?? ''} onChange={(_, value) => onSearch({ ...search, kind: value || undefined, page: undefined })}>
                <FormSelectOption value="" label="Kind: all" />
                {PLURALS.map((plural) => (
                  <FormSelectOption key={plural} value={plural} label={`Kind: ${WORKLOADS[plural].kind}`} />
                ))}
              </FormSelect>
            </ToolbarItem>
            <ToolbarItem alignSelf="center">
              <Checkbox
                id="trouble"
                label="Only what is in trouble"
                isChecked={search.trouble === true}
                onChange={(_, is) => onSearch({ ...search, trouble: is || undefined, page: undefined })}
              />
            </ToolbarItem>
          </>
        }
        empty={
          <Empty title="Nothing runs here yet" cli={`kore exec ${address.team}/${address.cluster} -- kubectl -n ${search.namespace ?? 'NAMESPACE'} create deployment NAME --image IMAGE`}>
            A workload says what is to run and how often; the cluster keeps it so.
          </Empty>
        }
        actions={actions}
      />
      {about && deed.what === 'restart' && <RestartWorkload {...about} />}
      {about && deed.what === 'scale' && <ScaleWorkload {...about} />}
    </>
  )
}
