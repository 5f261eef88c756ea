import { Link } from '@tanstack/react-router'
import type { ClusterAddress } from '@/api/kubernetes'
import { ConditionsTable } from '@/components/ConditionsTable'
import { Copy } from '@/components/Copy'
import { Facts } from '@/components/Facts'
import { StatusLabel } from '@/components/StatusLabel'
import { Time } from '@/components/Time'
import { containerState, lastEnd } from '@/lib/kube/pods'
import { amount } from '@/lib/quantity'
import type { Container, ContainerStatus, Pod } from '@/lib/kube/types'
import { makerOf } from '@/lib/kube/workloads'
import { conditionsOf } from './conditions'
import { ThingLink } from './links'

/** A pod's containers, and what is known of the pod. */
export function ContainersView({ address, pod }: { address: ClusterAddress; pod: Pod }) {
  const { metadata, spec, status } = pod
  const owner = makerOf(pod)
  const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]
  const containers = [...(spec.initContainers ?? []).map((one) => ({ ...one, isInit: true })), ...spec.containers.map((one) => ({ ...one, isInit: false }))]
  return (
    <div className="kore-columns">
      <div className="kore-stack kore-grow">
        {containers.map((container) => (
          <ContainerCard key={container.name} container={container} isInit={container.isInit} status={statuses.find(({ name }) => name === container.name)} />
        ))}
        <section className="kore-card">
          <h2>Conditions</h2>
          <ConditionsTable conditions={conditionsOf(status?.conditions)} />
        </section>
      </div>
      <aside className="kore-card kore-side" aria-label="About the pod">
        <h2>About</h2>
        <Facts
          facts={{
            'Made by': owner && <ThingLink address={address} of={{ ...owner, namespace: metadata.namespace }} />,
            Created: <Time at={metadata.creationTimestamp} />,
            Started: <Time at={status?.startTime} />,
            Address: status?.podIP ? <Copy text={status.podIP} what="address" /> : null,
            'Service account': spec.serviceAccountName,
            'Quality of service': status?.qosClass,
            Labels: Object.entries(metadata.labels ?? {}).map(([key, value]) => <code key={key} className="kore-kube-label">{`${key}=${value}`}</code>),
          }}
        />
      </aside>
    </div>
  )
}

const resources = ({ resources: given }: Container, which: 'requests' | 'limits') =>
  Object.entries(given?.[which] ?? {}).map(([name, value]) => `${name} ${amount(name, value)}`).join(', ') || null

function ContainerCard({ container, isInit, status }: { container: Container; isInit: boolean; status: ContainerStatus | undefined }) {
  const { name, image = '' } = container
  const state = containerState(status)
  const end = status ? lastEnd(status) : null
  return (
    <section className="kore-card" aria-label={`Container ${name}`}>
      <div className="kore-kube-card-head">
        <h2>{name}</h2>
        <StatusLabel status={{ ...state, message: null }} />
        {isInit && <span className="kore-second">runs before the others{container.restartPolicy === 'Always' ? ', and beside them' : ''}</span>}
        <span className="kore-kube-links">
          <Link to="." search={{ view: 'logs', container: name }}>Logs</Link>
          {state.text === 'Running' && <Link to="." search={{ view: 'shell', container: name }}>Shell</Link>}
        </span>
      </div>
      {state.message && <p className="kore-cause">{state.message}</p>}
      {end && (
        <p className="kore-cause">
          {end} <Link to="." search={{ view: 'logs', container: name, previous: true }}>log of that run</Link>
        </p>
      )}
      <div className="kore-kube-facts">
        <Facts
          facts={{
            Image: <Copy text={image} what="image" />,
            Restarts: status?.restartCount ?? 0,
            Since: <Time at={status?.state?.running?.startedAt ?? status?.state?.terminated?.finishedAt} />,
            Ports: container.ports?.map(({ containerPort, protocol = 'TCP', name: port }) => `${containerPort}/${protocol}${port ? ` ${port}` : ''}`).join(', '),
            Asks: resources(container, 'requests'),
            'At most': resources(container, 'limits'),
            Command: [...(container.command ?? []), ...(container.args ?? [])].join(' ').slice(0, 300),
          }}
        />
      </div>
    </section>
  )
}
