import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useMay } from '@/api/kube/rights'
import { useLiveList } from '@/api/kube/useLiveList'
import { podState } from '@/lib/kube/pods'
import type { Pod } from '@/lib/kube/types'
import { command } from '@/lib/quote'
import { ContainersView } from './ContainersView'
import { DeletePod } from './deeds'
import { KubeButton } from './KubeItem'
import { NamespaceLink, NodeLink } from './links'
import { ObjectEvents } from './ObjectEvents'
import { ObjectPage } from './ObjectPage'
import { PodLogs } from './PodLogs'
import { PodShell } from './PodShell'
import { onePath } from './search'
import { YamlTab } from './YamlTab'

const VIEWS = [
  { view: 'containers', title: 'Containers' },
  { view: 'logs', title: 'Logs' },
  { view: 'shell', title: 'Shell' },
  { view: 'events', title: 'Events' },
  { view: 'yaml', title: 'YAML' },
] as const

/** One pod: its containers, what was said about it, its logs, and a shell in it. */
export function PodPage() {
  const { team, cluster, namespace, pod: name } = useParams({ from: '/shell/teams/$team/clusters/$cluster/pods/$namespace/$pod' })
  const { view = 'containers' } = useSearch({ from: '/shell/teams/$team/clusters/$cluster/pods/$namespace/$pod' })
  const navigate = useNavigate()
  const address = { team, cluster }
  const live = useLiveList<Pod>(address, onePath('/api/v1', 'pods', namespace, name))
  const may = useMay(address, namespace)
  const [deleting, setDeleting] = useState<Pod | null>(null)
  const cli = command(['kore', 'exec', `${team}/${cluster}`, '--', 'kubectl', '-n', namespace, 'get', 'pod', name, '-o', 'yaml'])
  return (
    <>
      <ObjectPage
        address={address}
        tab={{ title: 'Pods', path: 'pods' }}
        what="pod"
        name={name}
        namespace={namespace}
        live={live}
        statusOf={podState}
        lead={(pod) => (
          <>
            In the namespace <NamespaceLink address={address} name={namespace} />, {pod.spec.nodeName ? <>on the node <NodeLink address={address} name={pod.spec.nodeName} /></> : 'on no node yet'}
          </>
        )}
        actions={(pod) => (
          <KubeButton variant="secondary" isDanger why={may({ verb: 'delete', resource: 'pods', name }, 'delete pods')} onClick={() => setDeleting(pod)}>
            Delete pod
          </KubeButton>
        )}
        views={VIEWS}
        view={view}
      >
        {(pod) => (
          <>
            {view === 'containers' && <ContainersView address={address} pod={pod} />}
            {view === 'logs' && <PodLogs address={address} pod={pod} why={may({ verb: 'get', resource: 'pods/log' }, 'read logs')} />}
            {view === 'shell' && <PodShell address={address} pod={pod} may={may} />}
            {view === 'events' && <ObjectEvents address={address} namespace={namespace} selector={{ name, kind: 'Pod' }} />}
            {view === 'yaml' && <YamlTab object={pod} apiVersion="v1" kind="Pod" cli={cli} />}
          </>
        )}
      </ObjectPage>
      {deleting && (
        <DeletePod
          address={address}
          pod={deleting}
          onClose={() => setDeleting(null)}
          onDone={() => void navigate({ to: '/teams/$team/clusters/$cluster/pods', params: { team, cluster }, search: { namespace } })}
        />
      )}
    </>
  )
}
