import { Link } from '@tanstack/react-router'
import type { Cluster, Page } from '@/api/types'
import { StatusLabel } from '@/components/StatusLabel'
import { statusOf } from '@/lib/status'

/** The team's clusters, a line each: how it is, and when it is not fine why. */
export function TeamClusters({ team, page }: { team: string; page: Page<Cluster> }) {
  const more = page.metadata.continue ? ` (${page.items.length} of ${page.items.length + (page.metadata.remainingItemCount ?? 0)})` : ''
  return (
    <section className="kore-card">
      <div className="kore-card-head">
        <h2>Clusters{more}</h2>
        <Link to="/teams/$team/clusters" params={{ team }}>
          All clusters
        </Link>
      </div>
      <ul className="kore-lines">
        {page.items.map((cluster) => (
          <Line key={cluster.metadata.name} team={team} cluster={cluster} />
        ))}
      </ul>
    </section>
  )
}

function Line({ team, cluster }: { team: string; cluster: Cluster }) {
  const { metadata: { name }, spec, status } = cluster
  const { tone, text, message } = statusOf(cluster)
  const nodes = status?.nodes
  const facts = [status?.kubernetesVersion, nodes && `${nodes.ready} of ${nodes.desired} nodes`, spec.plan.name].filter(Boolean)
  return (
    <li className="kore-line">
      <Link to="/teams/$team/clusters/$cluster" params={{ team, cluster: name }}>
        {name}
      </Link>
      <StatusLabel status={{ tone, text, message: null }} />
      {tone === 'busy' && status?.operation && (
        <Link to="/operations/$operation" params={{ operation: status.operation }}>
          watch
        </Link>
      )}
      <span className="kore-line-end">{facts.join(' · ')}</span>
      {tone !== 'ok' && message && <span className="kore-whole kore-closed">{message}</span>}
    </li>
  )
}
