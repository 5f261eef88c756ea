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
  metadata: { resourceVersion?: string; continue?: string }
  items: T[]
}

export interface KubeEvent<T> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  object: T
}

const base = ({ team, cluster }: ClusterAddress) => `/k8s/${encodeURIComponent(team)}/${encodeURIComponent(cluster)}`

async function kubeFetch(address: ClusterAddress, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers)
  headers.set('kore-client', CLIENT)
  const response = await sessionFetch(new Request(`${base(address)}${path}`, { ...init, headers }))
  if (response.ok) return response
  const status = (await response.json().catch(() => ({}))) as { message?: string; reason?: string }
  throw new ApiError({
    type: 'about:blank',
    title: status.reason ?? 'Kubernetes refused',
    status: response.status,
    detail: status.message ?? `The cluster answered ${response.status}.`,
    code: `KUBERNETES-${response.status}`,
    owner: response.status < 500 ? 'you' : 'kore',
    retryable: response.status >= 500,
    requestId: response.headers.get('x-request-id') ?? undefined,
  })
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
