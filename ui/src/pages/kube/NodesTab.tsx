import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useLiveList } from '@/api/kube/useLiveList'
import type { ClusterAddress } from '@/api/kubernetes'
import { Empty } from '@/components/states'
import { StatusLabel } from '@/components/StatusLabel'
import { Time } from '@/components/Time'
import { nodeStatus } from '@/lib/kube/others'
import { amount } from '@/lib/quantity'
import type { KubeNode, Pod } from '@/lib/kube/types'
import { KubeList, type KubeColumn } from './KubeList'
import { NodeLink } from './links'
import './kube.css'

const columns = (address: ClusterAddress, pods: ReadonlyMap<string, number> | null): KubeColumn<KubeNode>[] => [
  { title: 'Name', sort: 'name', cell: ({ metadata }) => <NodeLink address={address} name={metadata.name} /> },
  { title: 'Status', sort: 'status', by: (node) => nodeStatus(node).text, cell: (node) => <NodeState node={node} /> },
  { title: 'Pool', sort: 'pool', by: ({ metadata }) => metadata.labels?.['kore.internal/pool'] ?? '', cell: ({ metadata }) => metadata.labels?.['kore.internal/pool'] ?? '–' },
  { title: 'CPU', cell: ({ status }) => amount('cpu', status?.allocatable?.cpu), isNumber: true },
  { title: 'Memory', cell: ({ status }) => amount('memory', status?.allocatable?.memory), isNumber: true },
  {
    title: 'Pods',
    sort: 'pods',
    by: ({ metadata }) => pods?.get(metadata.name) ?? 0,
    cell: ({ metadata, status }) => (pods ? `${pods.get(metadata.name) ?? 0} of ${status?.allocatable?.pods ?? '?'}` : `at most ${status?.allocatable?.pods ?? '?'}`),
    isNumber: true,
  },
  { title: 'Kubelet', sort: 'version', by: ({ status }) => status?.nodeInfo?.kubeletVersion ?? '', cell: ({ status }) => status?.nodeInfo?.kubeletVersion ?? '–' },
  { title: 'Created', sort: 'created', by: ({ metadata }) => metadata.creationTimestamp ?? '', cell: ({ metadata }) => <Time at={metadata.creationTimestamp} /> },
]

/** The machines of a cluster. */
export function NodesTab() {
  const address = useParams({ from: '/shell/teams/$team/clusters/$cluster' })
  const search = useSearch({ from: '/shell/teams/$team/clusters/$cluster/nodes' })
  const navigate = useNavigate({ from: '/teams/$team/clusters/$cluster/nodes' })
  const live = useLiveList<KubeNode>(address, '/api/v1/nodes')
  const pods = useLiveList<Pod>(address, '/api/v1/pods')
  const counts = useMemo(() => {
    if (pods.phase !== 'ready') return null
    const found = new Map<string, number>()
    for (const { spec, status } of pods.items.values()) {
      if (spec.nodeName && status?.phase !== 'Succeeded' && status?.phase !== 'Failed') found.set(spec.nodeName, (found.get(spec.nodeName) ?? 0) + 1)
    }
    return found
  }, [pods.items, pods.phase])
  return (
    <KubeList
      label="Nodes"
      live={live}
      columns={columns(address, counts)}
      textOf={({ metadata, status }) => `${metadata.labels?.['kore.internal/pool'] ?? ''} ${status?.nodeInfo?.kubeletVersion ?? ''}`}
      search={search}
      onSearch={(next) => void navigate({ search: next, replace: true })}
      defaultSort="name"
      empty={
        <Empty title="No nodes yet" cli={`kore cluster show ${address.team}/${address.cluster}`}>
          Nodes are the machines that pods run on; Kore makes them as the cluster's node pools say.
        </Empty>
      }
    />
  )
}

function NodeState({ node }: { node: KubeNode }) {
  const status = nodeStatus(node)
  const tells = status.tone !== 'ok' && status.message !== null
  return (
    <>
      <StatusLabel status={{ ...status, message: null }} />
      {tells && <span className="kore-second kore-kube-why">{status.message}</span>}
    </>
  )
}
