import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { planQuery } from '@/api/kinds/plans'
import { usePermission } from '@/api/permissions'
import type { Cluster } from '@/api/types'
import { Copy } from '@/components/Copy'
import { Facts } from '@/components/Facts'
import { Time } from '@/components/Time'
import { at } from '@/lib/document'
import { regionOf, stageOf } from '../form/site'

/** Version, addresses, what runs and how it is kept. */
export function ClusterFacts({ cluster }: { cluster: Cluster }) {
  const { metadata, spec, status } = cluster
  const plan = useQuery({ ...planQuery(spec.plan.name), retry: false })
  const newer = plan.data?.spec.currentVersion
  const params = { team: metadata.team ?? '', cluster: metadata.name }
  const { node, pod, service, pool } = status?.addresses ?? {}
  const guardrails = at(status?.parameters, ['guardrails'])
  const region = regionOf(status?.parameters)
  const zones = at(status?.parameters, ['zones'])
  const addresses = [node && `nodes ${node}`, pod && `pods ${pod}`, service && `services ${service}`].filter(Boolean)
  const by = metadata.annotations?.['kore.internal/requested-by']
  return (
    <section className="kore-card">
      <h2>About</h2>
      <Facts
        facts={{
          Plan: (
            <>
              {spec.plan.name} v{spec.plan.version}
              {newer && spec.plan.version && newer > spec.plan.version ? (
                <>
                  {'; '}
                  <Link to="/teams/$team/clusters/$cluster/settings" params={params} search={{ version: newer }}>
                    v{newer} is there
                  </Link>
                </>
              ) : plan.data ? (
                ', the newest'
              ) : null}
            </>
          ),
          Kubernetes: status?.kubernetesVersion ? (
            <>
              {status.kubernetesVersion}
              {'; '}
              <Link to="/teams/$team/clusters/$cluster/upgrade" params={params}>
                what is next
              </Link>
            </>
          ) : null,
          Region: region && `${region}${typeof zones === 'number' ? `, ${zones} zones` : ''}`,
          Stage: region && stageOf(status?.parameters),
          Domain: status?.domain,
          Account: status?.account && <AccountName account={status.account} />,
          'Account number': status?.accountNumber && <Copy text={status.accountNumber} what="account number" />,
          Workloads: status?.rung ? `${status.rung.workloads ? 'run here' : 'will not run here'}: ${status.rung.reason}` : null,
          Guardrails: guardrails === 'production' ? 'refuse what is unsafe' : guardrails === 'evaluation' ? 'warn of what is unsafe' : null,
          Addresses: addresses.length > 0 ? `${addresses.join(', ')} (pool ${pool ?? ''})` : null,
          'API server': status?.endpoint ? <code>{status.endpoint}</code> : null,
          Deletion: spec.deletionProtection ? 'protected' : 'not protected',
          Made: <Time at={metadata.creationTimestamp} />,
          'Last change by': by ? by.replace(/^user:/, '') : null,
        }}
      />
    </section>
  )
}

/** The cloud account that a cluster is in. Its page is for those who may read accounts. */
function AccountName({ account }: { account: string }) {
  const { allowed } = usePermission('cloud.read')
  if (!allowed) return <>{account}</>
  return (
    <Link to="/admin/accounts/$account" params={{ account }}>
      {account}
    </Link>
  )
}
