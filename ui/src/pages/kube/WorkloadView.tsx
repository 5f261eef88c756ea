import { useState } from 'react'
import { useLiveList } from '@/api/kube/useLiveList'
import type { ClusterAddress } from '@/api/kubernetes'
import { ConditionsTable } from '@/components/ConditionsTable'
import { Copy } from '@/components/Copy'
import { Facts } from '@/components/Facts'
import { Empty } from '@/components/states'
import { Time } from '@/components/Time'
import type { Pod, Workload } from '@/lib/kube/types'
import { counts, imagesOf, isOf, ownerOf, type Plural } from '@/lib/kube/workloads'
import { conditionsOf } from './conditions'
import { DeletePod } from './deeds'
import { KubeList } from './KubeList'
import { ThingLink } from './links'
import { podColumns } from './podColumns'
import { PodMenu } from './PodMenu'
import { listPath, type KubeSearch } from './search'

interface Props {
  address: ClusterAddress
  plural: Plural
  workload: Workload
}

/** The labels that a workload's pods have; a cron job's jobs choose their own. */
function podsPath(plural: Plural, { metadata, spec }: Workload): string {
  const path = listPath('/api/v1', 'pods', metadata.namespace)
  const labels = Object.entries(spec.selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`)
  return plural === 'cronjobs' || labels.length === 0 ? path : `${path}?${new URLSearchParams({ labelSelector: labels.join(',') })}`
}

/** A workload's pods, its conditions, and what is known of it. */
export function WorkloadView({ address, plural, workload }: Props) {
  const { metadata, spec, status } = workload
  const live = useLiveList<Pod>(address, podsPath(plural, workload))
  const [search, setSearch] = useState<KubeSearch>({})
  const [deleting, setDeleting] = useState<Pod | null>(null)
  const owner = ownerOf(workload)
  const count = counts(plural, workload)
  const own = new Map([...live.items].filter(([, pod]) => isOf(plural, metadata.name, 'Pod', pod.metadata.name)))
  return (
    <div className="kore-columns">
      <div className="kore-stack kore-grow">
        <KubeList
          label="Pods"
          live={{ ...live, items: own }}
          columns={podColumns(address, false)}
          search={search}
          onSearch={setSearch}
          defaultSort="name"
          empty={<Empty title="It has no pods now">{plural === 'cronjobs' ? 'It makes some when its time comes.' : 'None are wanted, or none could be made: see its conditions and events.'}</Empty>}
          actions={(pod) => <PodMenu address={address} pod={pod} onDelete={() => setDeleting(pod)} />}
        />
        {(status?.conditions?.length ?? 0) > 0 && (
          <section className="kore-card">
            <h2>Conditions</h2>
            <ConditionsTable conditions={conditionsOf(status?.conditions)} />
          </section>
        )}
      </div>
      <aside className="kore-card kore-side" aria-label="About the workload">
        <h2>About</h2>
        <Facts
          facts={{
            'Made by': owner && <ThingLink address={address} of={{ ...owner, namespace: metadata.namespace }} />,
            Ready: count && `${count.ready} of ${count.wanted}`,
            Schedule: spec.schedule && <code>{spec.schedule}</code>,
            'Last scheduled': status?.lastScheduleTime && <Time at={status.lastScheduleTime} />,
            'Last success': status?.lastSuccessfulTime && <Time at={status.lastSuccessfulTime} />,
            Images: imagesOf(workload).map((image) => <Copy key={image} text={image} what="image" />),
            Created: <Time at={metadata.creationTimestamp} />,
            Labels: Object.entries(metadata.labels ?? {}).map(([key, value]) => <code key={key} className="kore-kube-label">{`${key}=${value}`}</code>),
          }}
        />
      </aside>
      {deleting && <DeletePod address={address} pod={deleting} onClose={() => setDeleting(null)} onDone={live.following === 'watch' ? undefined : live.again} />}
    </div>
  )
}
