import { Checkbox, FormSelect, FormSelectOption } from '@patternfly/react-core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { ClusterAddress } from '@/api/kubernetes'
import { LogViewer } from '@/components/logs/LogViewer'
import { Empty } from '@/components/states'
import type { Pod } from '@/lib/kube/types'

/** So many lines are there at once; the rest of a log is a click away. */
const TAIL = 5000
const FROM = '/shell/teams/$team/clusters/$cluster/pods/$namespace/$pod'

/** The log of one of a pod's containers. */
export function PodLogs({ address, pod, why }: { address: ClusterAddress; pod: Pod; why: string | null }) {
  const search = useSearch({ from: FROM })
  const navigate = useNavigate({ from: '/teams/$team/clusters/$cluster/pods/$namespace/$pod' })
  const { name, namespace = '' } = pod.metadata
  const names = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].map((one) => one.name)
  const container = names.find((one) => one === search.container) ?? names[0] ?? ''
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])]
  const status = statuses.find((one) => one.name === container)
  const hasPrevious = (status?.restartCount ?? 0) > 0
  const set = (change: Partial<typeof search>) => void navigate({ search: { ...search, ...change }, replace: true })
  if (why !== null && !why.endsWith('…')) return <Empty title="You may not see this">{why}</Empty>
  const tail = search.all ? null : TAIL
  const of = { ...address, namespace, pod: name, container, previous: search.previous === true, tail }
  return (
    <div className="kore-stack">
      <div className="kore-kube-choice">
        <FormSelect aria-label="Container" value={container} onChange={(_, value) => set({ container: value, previous: undefined, all: undefined })}>
          {names.map((one) => (
            <FormSelectOption key={one} value={one} label={`Container: ${one}`} />
          ))}
        </FormSelect>
        <Checkbox
          id="previous"
          label={hasPrevious || search.previous ? 'The run before this one' : 'The run before this one (it was not started again yet)'}
          isChecked={search.previous === true}
          isDisabled={!hasPrevious && !search.previous}
          onChange={(_, is) => set({ previous: is || undefined, all: undefined })}
        />
      </div>
      <LogViewer
        key={`${container} ${search.previous === true} ${tail}`}
        of={of}
        isRunning={status?.state?.running !== undefined && !search.previous}
        view={{ times: search.times === true, wrap: search.nowrap !== true, find: search.find ?? '' }}
        onView={({ times, wrap, find }) => set({ times: times || undefined, nowrap: wrap ? undefined : true, find: find || undefined })}
        onAll={() => set({ all: true })}
      />
    </div>
  )
}
