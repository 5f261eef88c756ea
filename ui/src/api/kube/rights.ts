import { queryOptions, useQuery } from '@tanstack/react-query'
import { kube, type ClusterAddress } from '../kubernetes'

export interface Rule {
  verbs: string[]
  apiGroups?: string[]
  resources?: string[]
  resourceNames?: string[]
}

/** What is asked: `resource` with its subresource, as `deployments/scale`. */
export interface Deed {
  verb: string
  group?: string
  resource: string
  name?: string
}

const has = (all: readonly string[] | undefined, one: string) => (all ?? []).some((each) => each === '*' || each === one)

function hasResource(all: readonly string[] | undefined, resource: string): boolean {
  const sub = resource.split('/')[1]
  return has(all, resource) || (sub !== undefined && has(all, `*/${sub}`))
}

/** Whether rules allow a deed, as RBAC reads them. */
export const allows = (rules: readonly Rule[], { verb, group = '', resource, name }: Deed): boolean =>
  rules.some(
    (rule) =>
      has(rule.verbs, verb) &&
      has(rule.apiGroups, group) &&
      hasResource(rule.resources, resource) &&
      ((rule.resourceNames?.length ?? 0) === 0 || (name !== undefined && rule.resourceNames?.includes(name) === true)),
  )

interface Review {
  status?: { resourceRules?: Rule[]; incomplete?: boolean }
}

const rulesQuery = (address: ClusterAddress, namespace: string) =>
  queryOptions({
    queryKey: ['KubeRules', address.team, address.cluster, namespace],
    queryFn: ({ signal }) =>
      kube<Review>(address, '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace } }),
        signal,
      }),
    meta: { follows: ['Membership', 'RoleBinding', 'Elevation'] },
    staleTime: 60_000,
  })

/**
 * What the person may do in a namespace of a cluster: answers for a deed with why not, or null when they may.
 * One request tells of all deeds; where it fails or says that it does not know everything, the cluster decides.
 */
export function useMay(address: ClusterAddress, namespace: string): (deed: Deed, words: string) => string | null {
  const { data, isError } = useQuery(rulesQuery(address, namespace))
  return (deed, words) => {
    if (isError || data?.status?.incomplete) return null
    if (!data) return 'Looking up what you may do…'
    if (allows(data.status?.resourceRules ?? [], deed)) return null
    const { team, cluster } = address
    return `Your roles do not let you ${words} in ${team}/${cluster}${namespace ? `, namespace ${namespace}` : ''}. Ask an owner of the team ${team}.`
  }
}
