import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { roleBindingsQuery, type RoleBinding } from '@/api/kinds/roleBindings'
import type { ClusterNamespace } from '@/api/kinds/namespaces'
import { ActionButton } from '@/components/ActionButton'
import { Copy } from '@/components/Copy'
import { Failed } from '@/components/states'
import { GrantRole } from '../../access/GrantRole'
import { Grants } from '../../access/Grants'

const ROLES: Record<string, string> = {
  view: 'view: they read, but no Secrets',
  deploy: 'deploy: they change workloads, and read no Secrets and open no shells',
  edit: 'edit: they change everything but roles and quotas',
  admin: 'admin: they give roles in it too',
}

/** Whether a binding is for this namespace or for all of its cluster. */
function reaches({ spec: { scope } }: RoleBinding, namespace: ClusterNamespace): boolean {
  return scope?.namespace === undefined || scope.namespace === null || scope.namespace === namespace.spec.name
}

/** Who is what in a namespace: the team's roles, and single people and robots. */
export function NamespaceAccess({ namespace }: { namespace: ClusterNamespace }) {
  const { metadata, spec } = namespace
  const team = metadata.team ?? ''
  const [granting, setGranting] = useState(false)
  const found = useQuery(roleBindingsQuery({ filter: `team=${team},cluster=${spec.cluster}`, orderBy: 'subject', limit: '200' }))
  const grants = found.data?.items.filter((one) => reaches(one, namespace)) ?? []
  return (
    <section className="kore-card">
      <div className="kore-card-head">
        <h2>Who is what in it</h2>
        <ActionButton permission="roleBinding.write" team={team} variant="secondary" size="sm" onClick={() => setGranting(true)}>
          Give a role
        </ActionButton>
      </div>
      <ul className="kore-impact">
        <li>Owners administer it, as the whole cluster.</li>
        <li>Developers and maintainers {spec.access?.developers ? `are ${ROLES[spec.access.developers]}, besides what they are in the whole cluster` : 'are what they are in the whole cluster'}.</li>
        <li>Viewers {spec.access?.viewers ? `are ${ROLES[spec.access.viewers]}, besides what they are in the whole cluster` : 'are what they are in the whole cluster'}.</li>
      </ul>
      <h3>Single people and robots</h3>
      {found.error && !found.data ? (
        <Failed error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <Grants grants={grants} team={team} none="Nobody has a role for this namespace or its cluster alone." isLoading={found.isPending} />
      )}
      {found.data?.metadata.continue && <div className="kore-hint">There are more than 200 for this cluster; all of them: <Copy text={`kore access list --filter team=${team},cluster=${spec.cluster}`} what="command" /></div>}
      {granting && <GrantRole chosen="deployer" scope={{ team, cluster: spec.cluster, namespace: spec.name }} onClose={() => setGranting(false)} />}
    </section>
  )
}

