import { CLIENT } from '@/lib/version'
import { sessionFetch } from '@/session/hold'
import { ApiError } from './problems'

/** A cluster that the gateway leads to. */
export interface ClusterAddress {
  team: string
  cluster: string
}

export interface KubeObject {
  apiVersion?: string
  kind?: string
  metadata: { name: string; namespace?: string; uid?: string; resourceVersion?: string; creationTimestamp?: string }
}

export interface KubeList<T> {
  metadata: { resourceVersion?: string; continue?: string; remainingItemCount?: number }
  items: T[]
}

export interface KubeEvent<T> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  object: T
}

/** Kubernetes' `Status`, as a cluster and the gateway answer refusals. */
export interface KubeStatus {
  code?: number
  message?: string
  reason?: string
  details?: { causes?: { reason?: string; message?: string }[] }
}

/** Where a cluster's API is on our own origin. */
export const kubeBase = ({ team, cluster }: ClusterAddress) => `/k8s/${encodeURIComponent(team)}/${encodeURIComponent(cluster)}`

/** The gateway's own refusals begin with a code of Kore and end with what to do. */
const OURS = /^(KORE-[A-Z]+-\d+): ([^]*?)(?:\. To fix: ([^]*))?$/

const sentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`)

/** A refusal of a cluster, or of the way to it, as the problem that pages show. */
export function kubeProblem(address: ClusterAddress, code: number, status: KubeStatus, requestId?: string): ApiError {
  const ours = OURS.exec(status.message ?? '')
  const ask = `ask an owner of the team ${address.team} for a role that may in ${address.cluster}`
  const fix = [...(ours?.[3] ? [ours[3]] : []), ...(code === 403 ? [ask] : [])]
  return new ApiError({
    type: 'about:blank',
    title: status.reason ?? 'Kubernetes refused',
    status: code,
    detail: sentence(ours?.[2] ?? status.message ?? `The cluster answered ${code}`),
    code: ours?.[1] ?? `KUBERNETES-${code}`,
    owner: code < 500 ? 'you' : 'kore',
    retryable: code >= 500 || code === 429,
    fix,
    requestId,
  })
}

/** An answer of a cluster's own API; throws an `ApiError` for a refusal. */
export async function kubeFetch(address: ClusterAddress, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers)
  headers.set('kore-client', CLIENT)
  const response = await sessionFetch(new Request(`${kubeBase(address)}${path}`, { ...init, headers }))
  if (response.ok) return response
  const status = (await response.json().catch(() => ({}))) as KubeStatus
  throw kubeProblem(address, response.status, status, response.headers.get('audit-id') ?? undefined)
}

/** A call of a cluster's own API with the person's own rights: `path` as `/api/v1/namespaces`. */
export async function kube<T>(address: ClusterAddress, path: string, init: RequestInit = {}): Promise<T> {
  return (await (await kubeFetch(address, path, init)).json()) as T
}

/** Watches a list from a revision on, until the server ends it or the signal says so. */
export async function* kubeWatch<T>(
  address: ClusterAddress,
  path: string,
  resourceVersion: string,
  signal: AbortSignal,
): AsyncGenerator<KubeEvent<T>> {
  const query = new URLSearchParams({ watch: '1', allowWatchBookmarks: 'true', resourceVersion })
  const response = await kubeFetch(address, `${path}${path.includes('?') ? '&' : '?'}${query}`, { signal })
  if (!response.body) return
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (;;) {
    // A stream is read in order.
    // oxlint-disable-next-line no-await-in-loop
    const { done, value } = await reader.read()
    if (done) return
    const lines = (rest + value).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.trim() !== '') yield JSON.parse(line) as KubeEvent<T>
  }
}
