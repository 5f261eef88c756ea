import type { Cluster } from '@/api/types'
import { Copy } from '@/components/Copy'

/** The ways to the cluster. */
export function Connect({ cluster }: { cluster: Cluster }) {
  const { team = '', name } = cluster.metadata
  const reference = `${team ?? ''}/${name}`
  return (
    <section className="kore-card">
      <h2>Connect</h2>
      <p>kubectl, with a credential of some minutes that is fetched when needed:</p>
      <Copy text={`kore kubeconfig add ${reference}`} what="command" />
      <p className="kore-hint">Or one command, without touching your kubeconfig:</p>
      <Copy text={`kore exec ${reference} -- kubectl get nodes`} what="command" />
    </section>
  )
}
