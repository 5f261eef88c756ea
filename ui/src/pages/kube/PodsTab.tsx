import { Checkbox, ToolbarItem } from '@patternfly/react-core'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo, useState } from 'react'
import { useLiveList } from '@/api/kube/useLiveList'
import { Empty } from '@/components/states'
import type { Pod } from '@/lib/kube/types'
import { podState } from '@/lib/kube/pods'
import { DeletePod } from './deeds'
import { KubeList } from './KubeList'
import { NamespacePicker } from './NamespacePicker'
import { podColumns } from './podColumns'
import { PodMenu } from './PodMenu'
import { listPath } from './search'
import './kube.css'

const isTrouble = (pod: Pod) => ['bad', 'warn'].includes(podState(pod).tone)

/** Pods of a cluster, as they are now. */
export function PodsTab() {
  const address = useParams({ from: '/shell/teams/$team/clusters/$cluster' })
  const { team, cluster } = address
  const search = useSearch({ from: '/shell/teams/$team/clusters/$cluster/pods' })
  const navigate = useNavigate({ from: '/teams/$team/clusters/$cluster/pods' })
  const onSearch = (next: typeof search) => void navigate({ search: next, replace: true })
  const live = useLiveList<Pod>(address, listPath('/api/v1', 'pods', search.namespace))
  const [deleting, setDeleting] = useState<Pod | null>(null)
  const isOfAll = search.namespace === undefined
  const columns = useMemo(() => podColumns({ team, cluster }, isOfAll), [team, cluster, isOfAll])
  const actions = useCallback((pod: Pod) => <PodMenu address={{ team, cluster }} pod={pod} onDelete={() => setDeleting(pod)} />, [team, cluster])
  const keep = useCallback((pod: Pod) => !search.trouble || isTrouble(pod), [search.trouble])
  const textOf = useCallback((pod: Pod) => `${pod.metadata.namespace ?? ''} ${podState(pod).text} ${pod.spec.nodeName ?? ''}`, [])
  return (
    <>
      <KubeList
        label="Pods"
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
          <Empty title="No pods here" cli={`kore exec ${address.team}/${address.cluster} -- kubectl -n NAMESPACE create deployment NAME --image IMAGE`}>
            A pod is one or a few containers that run together. Workloads make them.
          </Empty>
        }
        actions={actions}
      />
      {deleting && <DeletePod address={address} pod={deleting} onClose={() => setDeleting(null)} onDone={live.following === 'watch' ? undefined : live.again} />}
    </>
  )
}
