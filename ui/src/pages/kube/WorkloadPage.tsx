import { useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useMay } from '@/api/kube/rights'
import { useLiveList } from '@/api/kube/useLiveList'
import type { ClusterAddress } from '@/api/kubernetes'
import { NotFound } from '@/components/NotFound'
import type { Workload } from '@/lib/kube/types'
import { canRestart, canScale, isOf, isPlural, workloadStatus, WORKLOADS, type Plural } from '@/lib/kube/workloads'
import { command } from '@/lib/quote'
import { RestartWorkload, ScaleWorkload } from './deeds'
import { KubeButton } from './KubeItem'
import { NamespaceLink } from './links'
import { mayRestart, mayScale } from './may'
import { ObjectEvents } from './ObjectEvents'
import { ObjectPage } from './ObjectPage'
import { onePath } from './search'
import { WorkloadView } from './WorkloadView'
import { YamlTab } from './YamlTab'

const FROM = '/shell/teams/$team/clusters/$cluster/workloads/$kind/$namespace/$name'
const VIEWS = [
  { view: 'pods', title: 'Pods' },
  { view: 'events', title: 'Events' },
  { view: 'yaml', title: 'YAML' },
] as const

/** One workload: its pods, what was said about them, and its file. */
export function WorkloadPage() {
  const { kind } = useParams({ from: FROM })
  return isPlural(kind) ? <Shown plural={kind} /> : <NotFound what="kind of workload" />
}

function Shown({ plural }: { plural: Plural }) {
  const { team, cluster, namespace, name } = useParams({ from: FROM })
  const { view = 'pods' } = useSearch({ from: FROM })
  const address: ClusterAddress = { team, cluster }
  const { kind, base } = WORKLOADS[plural]
  const live = useLiveList<Workload>(address, onePath(base, plural, namespace, name))
  const may = useMay(address, namespace)
  const [deed, setDeed] = useState<'restart' | 'scale' | null>(null)
  const [workload] = live.items.values()
  const cli = command(['kore', 'exec', `${team}/${cluster}`, '--', 'kubectl', '-n', namespace, 'get', kind.toLowerCase(), name, '-o', 'yaml'])
  const about = workload && { address, plural, workload, onClose: () => setDeed(null), onDone: () => live.following !== 'watch' && live.again() }
  return (
    <>
      <ObjectPage
        address={address}
        tab={{ title: 'Workloads', path: 'workloads' }}
        what={kind.toLowerCase()}
        name={name}
        namespace={namespace}
        live={live}
        statusOf={(found) => workloadStatus(plural, found)}
        lead={() => (
          <>
            {kind} in the namespace <NamespaceLink address={address} name={namespace} />
          </>
        )}
        actions={() => (
          <>
            {canScale(plural) && (
              <KubeButton variant="secondary" why={mayScale(may, plural, name)} onClick={() => setDeed('scale')}>
                Scale
              </KubeButton>
            )}
            {canRestart(plural) && (
              <KubeButton variant="secondary" why={mayRestart(may, plural, name)} onClick={() => setDeed('restart')}>
                Restart
              </KubeButton>
            )}
          </>
        )}
        views={VIEWS}
        view={view}
      >
        {(found) => (
          <>
            {view === 'pods' && <WorkloadView address={address} plural={plural} workload={found} />}
            {view === 'events' && (
              <ObjectEvents address={address} namespace={namespace} keep={({ involvedObject: of }) => isOf(plural, name, of.kind, of.name)} hasObject />
            )}
            {view === 'yaml' && <YamlTab object={found} apiVersion={base.replace('/apis/', '')} kind={kind} cli={cli} />}
          </>
        )}
      </ObjectPage>
      {about && deed === 'restart' && <RestartWorkload {...about} />}
      {about && deed === 'scale' && <ScaleWorkload {...about} />}
    </>
  )
}
