import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { ClusterAddress } from '@/api/kubernetes'
import { placeOf } from '@/lib/kube/others'

export function PodLink({ address, namespace, name, view }: { address: ClusterAddress; namespace: string; name: string; view?: string }) {
  return (
    <Link to="/teams/$team/clusters/$cluster/pods/$namespace/$pod" params={{ ...address, namespace, pod: name }} search={{ view }}>
      {view ? view : name}
    </Link>
  )
}

/** A namespace, leading to what runs in it. */
export function NamespaceLink({ address, name }: { address: ClusterAddress; name: string }) {
  return (
    <Link to="/teams/$team/clusters/$cluster/workloads" params={{ ...address }} search={{ namespace: name }}>
      {name}
    </Link>
  )
}

export function NodeLink({ address, name }: { address: ClusterAddress; name: string | undefined }) {
  if (!name) return <>–</>
  return (
    <Link to="/teams/$team/clusters/$cluster/nodes/$node" params={{ ...address, node: name }}>
      {name}
    </Link>
  )
}

interface Of {
  kind?: string
  namespace?: string
  name?: string
}

/** An object of a cluster, as a link where the console has a page of it. */
export function ThingLink({ address: { team, cluster }, of, children }: { address: ClusterAddress; of: Of; children?: ReactNode }) {
  const place = placeOf(of.kind, of.namespace, of.name)
  const words = children ?? `${of.kind ?? ''} ${of.name ?? ''}`
  if (!place) return <>{words}</>
  return <Link to={`/teams/${team}/clusters/${cluster}/${place}` as string}>{words}</Link>
}
