import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useLiveList } from '@/api/kube/useLiveList'
import type { ClusterAddress } from '@/api/kubernetes'
import { Copy } from '@/components/Copy'
import { Empty } from '@/components/states'
import { Time } from '@/components/Time'
import type { Ingress, Service } from '@/lib/kube/types'
import { KubeList, type KubeColumn } from './KubeList'
import { NamespaceLink } from './links'
import { NamespacePicker } from './NamespacePicker'
import { listPath } from './search'
import './kube.css'

const outside = (thing: Service | Ingress) =>
  (thing.status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => hostname ?? ip ?? '').filter(Boolean)

const serviceColumns = (address: ClusterAddress): KubeColumn<Service>[] => [
  { title: 'Service', sort: 'name', cell: ({ metadata }) => metadata.name },
  { title: 'Namespace', sort: 'namespace', by: ({ metadata }) => metadata.namespace ?? '', cell: ({ metadata }) => <NamespaceLink address={address} name={metadata.namespace ?? ''} /> },
  { title: 'Type', sort: 'type', by: ({ spec }) => spec.type ?? '', cell: ({ spec }) => spec.type ?? 'ClusterIP' },
  { title: 'Name inside', cell: ({ metadata }) => <Copy text={`${metadata.name}.${metadata.namespace}`} what="name" /> },
  { title: 'Address', cell: (service) => <Addresses service={service} /> },
  { title: 'Ports', cell: ({ spec }) => <Ports spec={spec} /> },
  { title: 'Created', sort: 'created', by: ({ metadata }) => metadata.creationTimestamp ?? '', cell: ({ metadata }) => <Time at={metadata.creationTimestamp} /> },
]

const ingressColumns = (address: ClusterAddress): KubeColumn<Ingress>[] => [
  { title: 'Ingress', sort: 'name', cell: ({ metadata }) => metadata.name },
  { title: 'Namespace', sort: 'namespace', by: ({ metadata }) => metadata.namespace ?? '', cell: ({ metadata }) => <NamespaceLink address={address} name={metadata.namespace ?? ''} /> },
  { title: 'Class', cell: ({ spec }) => spec.ingressClassName ?? 'the default' },
  { title: 'Leads', cell: (ingress) => <Rules ingress={ingress} /> },
  { title: 'Address', cell: (ingress) => outside(ingress).join(', ') || 'none yet: no controller has taken it' },
  { title: 'Created', sort: 'created', by: ({ metadata }) => metadata.creationTimestamp ?? '', cell: ({ metadata }) => <Time at={metadata.creationTimestamp} /> },
]

/** How what runs in a cluster is reached: by services from within, by ingresses from outside. */
export function ServicesTab() {
  const address = useParams({ from: '/shell/teams/$team/clusters/$cluster' })
  const search = useSearch({ from: '/shell/teams/$team/clusters/$cluster/services' })
  const navigate = useNavigate({ from: '/teams/$team/clusters/$cluster/services' })
  const onSearch = (next: typeof search) => void navigate({ search: next, replace: true })
  const services = useLiveList<Service>(address, listPath('/api/v1', 'services', search.namespace))
  const ingresses = useLiveList<Ingress>(address, listPath('/apis/networking.k8s.io/v1', 'ingresses', search.namespace))
  const kubectl = `kore exec ${address.team}/${address.cluster} -- kubectl -n ${search.namespace ?? 'NAMESPACE'}`
  return (
    <div className="kore-stack">
      <KubeList
        label="Services"
        live={services}
        columns={serviceColumns(address)}
        textOf={({ metadata, spec }) => `${metadata.namespace} ${spec.type}`}
        search={search}
        onSearch={onSearch}
        defaultSort="name"
        filters={<NamespacePicker address={address} items={services.items} search={search} onSearch={onSearch} />}
        empty={<Empty title="No services here" cli={`${kubectl} expose deployment NAME --port 80 --target-port 8080`}>A service is one name and address for pods that come and go.</Empty>}
      />
      <KubeList
        label="Ingresses"
        live={ingresses}
        columns={ingressColumns(address)}
        textOf={({ metadata, spec }) => `${metadata.namespace} ${(spec.rules ?? []).map(({ host }) => host).join(' ')}`}
        search={{ ...search, sort: undefined, page: undefined }}
        onSearch={(next) => onSearch({ ...search, q: next.q })}
        defaultSort="name"
        empty={<Empty title="No ingresses here" cli={`${kubectl} create ingress NAME --rule=HOST/*=SERVICE:80`}>An ingress leads requests from outside, by host and path, to services.</Empty>}
      />
    </div>
  )
}

function Addresses({ service }: { service: Service }) {
  const { type, clusterIP, externalName } = service.spec
  if (type === 'ExternalName') return <>{externalName}</>
  const from = outside(service)
  return (
    <>
      {clusterIP === 'None' ? 'its pods’ own' : clusterIP}
      {type === 'LoadBalancer' && <span className="kore-second">{from.join(', ') || 'none outside yet'}</span>}
    </>
  )
}

function Ports({ spec }: { spec: Service['spec'] }) {
  return (
    <>
      {(spec.ports ?? []).map(({ port, protocol = 'TCP', targetPort, nodePort, name }) => (
        <span key={`${port}${protocol}`} className="kore-kube-port">
          {port}/{protocol}
          {targetPort !== undefined && targetPort !== port && ` → ${targetPort}`}
          {nodePort !== undefined && `, on nodes ${nodePort}`}
          {name && <span className="kore-second">{name}</span>}
        </span>
      ))}
    </>
  )
}

function Rules({ ingress: { spec } }: { ingress: Ingress }) {
  const secure = new Set((spec.tls ?? []).flatMap(({ hosts = [] }) => hosts))
  return (
    <>
      {(spec.rules ?? []).flatMap(({ host = '*', http }) =>
        (http?.paths ?? []).map(({ path = '/', backend }) => (
          <span key={host + path} className="kore-kube-port">
            {secure.has(host) ? 'https' : 'http'}://{host}
            {path} → {backend.service?.name}:{backend.service?.port?.number ?? backend.service?.port?.name}
          </span>
        )),
      )}
    </>
  )
}
