import { useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useLiveList } from '@/api/kube/useLiveList'
import type { ClusterAddress } from '@/api/kubernetes'
import { ConditionsTable } from '@/components/ConditionsTable'
import { Copy } from '@/components/Copy'
import { Facts } from '@/components/Facts'
import { Empty } from '@/components/states'
import { Time } from '@/components/Time'
import { nodeStatus } from '@/lib/kube/others'
import { amount } from '@/lib/quantity'
import type { KubeNode, Pod } from '@/lib/kube/types'
import { command } from '@/lib/quote'
import { conditionsOf } from './conditions'
import { KubeList } from './KubeList'
import { ObjectEvents } from './ObjectEvents'
import { ObjectPage } from './ObjectPage'
import { podColumns } from './podColumns'
import { onePath, type KubeSearch } from './search'
import { YamlTab } from './YamlTab'

const FROM = '/shell/teams/$team/clusters/$cluster/nodes/$node'
const VIEWS = [
  { view: 'pods', title: 'Pods' },
  { view: 'events', title: 'Events' },
  { view: 'yaml', title: 'YAML' },
] as const

/** One node: how it is, what it has, and what runs on it. */
export function NodePage() {
  const { team, cluster, node: name } = useParams({ from: FROM })
  const { view = 'pods' } = useSearch({ from: FROM })
  const address = { team, cluster }
  const live = useLiveList<KubeNode>(address, onePath('/api/v1', 'nodes', undefined, name))
  return (
    <ObjectPage
      address={address}
      tab={{ title: 'Nodes', path: 'nodes' }}
      what="node"
      name={name}
      live={live}
      statusOf={nodeStatus}
      lead={({ status }) => `Kubelet ${status?.nodeInfo?.kubeletVersion ?? '?'} on ${status?.nodeInfo?.osImage ?? '?'}`}
      views={VIEWS}
      view={view}
    >
      {(node) => (
        <>
          {view === 'pods' && <NodeView address={address} node={node} />}
          {view === 'events' && <ObjectEvents address={address} selector={{ kind: 'Node', name }} />}
          {view === 'yaml' && <YamlTab object={node} apiVersion="v1" kind="Node" cli={command(['kore', 'exec', `${team}/${cluster}`, '--', 'kubectl', 'get', 'node', name, '-o', 'yaml'])} />}
        </>
      )}
    </ObjectPage>
  )
}

function NodeView({ address, node: { metadata, spec, status } }: { address: ClusterAddress; node: KubeNode }) {
  const pods = useLiveList<Pod>(address, `/api/v1/pods?${new URLSearchParams({ fieldSelector: `spec.nodeName=${metadata.name}` })}`)
  const [search, setSearch] = useState<KubeSearch>({})
  const info = status?.nodeInfo
  const inner = status?.addresses?.find(({ type }) => type === 'InternalIP')?.address
  const both = (resource: string) => `${amount(resource, status?.allocatable?.[resource])} of ${amount(resource, status?.capacity?.[resource])}`
  return (
    <div className="kore-columns">
      <div className="kore-stack kore-grow">
        <KubeList
          label="Pods on it"
          live={pods}
          columns={podColumns(address, true).filter(({ title }) => title !== 'Node')}
          search={search}
          onSearch={setSearch}
          defaultSort="name"
          empty={<Empty title="No pods on it">The scheduler puts pods where there is room for what they ask for.</Empty>}
        />
        <section className="kore-card">
          <h2>Conditions</h2>
          <ConditionsTable conditions={conditionsOf(status?.conditions)} />
        </section>
      </div>
      <aside className="kore-card kore-side" aria-label="About the node">
        <h2>About</h2>
        <Facts
          facts={{
            Pool: metadata.labels?.['kore.internal/pool'],
            Address: inner && <Copy text={inner} what="address" />,
            'CPU for pods': both('cpu'),
            'Memory for pods': both('memory'),
            'Pods at most': status?.allocatable?.pods,
            Kubelet: info?.kubeletVersion,
            'Container runtime': info?.containerRuntimeVersion,
            Kernel: info?.kernelVersion,
            Architecture: info?.architecture,
            Taints: spec.taints?.map(({ key, value, effect }) => <code key={key + effect} className="kore-kube-label">{`${key}${value ? `=${value}` : ''}:${effect}`}</code>),
            Created: <Time at={metadata.creationTimestamp} />,
          }}
        />
      </aside>
    </div>
  )
}
