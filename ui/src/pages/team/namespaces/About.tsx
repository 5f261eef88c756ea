import { Link } from '@tanstack/react-router'
import type { ClusterNamespace } from '@/api/kinds/namespaces'
import { Copy } from '@/components/Copy'
import { Facts } from '@/components/Facts'
import { Time } from '@/components/Time'

/** What is known of a namespace. */
export function About({ namespace: { metadata, spec, status } }: { namespace: ClusterNamespace }) {
  const team = metadata.team ?? ''
  const by = metadata.annotations?.['kore.internal/requested-by']?.replace(/^user:/, '')
  return (
    <section className="kore-card">
      <h2>About</h2>
      <Facts
        facts={{
          Cluster: <Link to="/teams/$team/clusters/$cluster" params={{ team, cluster: spec.cluster }}>{spec.cluster}</Link>,
          'Pod security': status?.podSecurity ? `${status.podSecurity}${spec.podSecurity ? '' : ', as the cluster asks for'}` : 'not known yet',
          'Deletion protection': spec.deletionProtection ? 'on' : 'off',
          Created: <Time at={metadata.creationTimestamp} />,
          'Last asked for by': by,
          'Taken over': spec.adopt ? 'it was there before, with what is in it' : null,
          Identity: status?.uid ? <Copy text={status.uid} what="identity in the cluster" /> : null,
        }}
      />
    </section>
  )
}

/** How to work in it. */
export function Commands({ namespace: { metadata, spec } }: { namespace: ClusterNamespace }) {
  const cluster = `${metadata.team ?? ''}/${spec.cluster}`
  return (
    <section className="kore-card">
      <h2>With kubectl</h2>
      <Facts
        facts={{
          'Set it up': <Copy text={`kore kubeconfig add ${cluster} --namespace ${spec.name} --use`} what="command" />,
          Look: <Copy text="kubectl get pods" what="command" />,
          'Without setting up': <Copy text={`kore exec ${cluster} -- kubectl -n ${spec.name} get pods`} what="command" />,
          'What is said here': <Copy text={`kore namespace show ${cluster}/${spec.name}`} what="command" />,
        }}
      />
    </section>
  )
}
