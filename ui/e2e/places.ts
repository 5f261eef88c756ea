import { request, type APIRequestContext } from '@playwright/test'
import { test as base, signIn } from './kore'

const headers = { 'kore-client': 'console/e2e' }

/** The team and cluster of the installation that pages are looked at with. */
export const [TEAM, CLUSTER] = (process.env.KORE_CLUSTER ?? 'payments/dev').split('/') as [string, string]
const team = `/teams/${TEAM}`
const cluster = `${team}/clusters/${CLUSTER}`

/** Every page of the console; what is in braces is looked up, see `resolved`. */
export const PAGES: readonly string[] = [
  '/admin', '/admin/get-started', '/admin/teams', '/admin/clusters', '/admin/plans', '/admin/plans/evaluation',
  '/admin/plans/evaluation/draft', '/admin/plans/evaluation/compare', '/admin/policies', '/admin/policies/production',
  '/admin/policies/-/new', '/admin/policies/-/matrix', '/admin/users', '/admin/users/admin', '/admin/sign-in',
  '/admin/sign-in/connect', '/admin/roles', '/admin/roles/bindings', '/admin/roles/new', '/admin/roles/role/developer',
  '/admin/access-requests', '/admin/quotas', '/admin/address-pools', '/admin/address-pools/reservations',
  '/admin/clouds', '/admin/clouds/-/connect', '/admin/clouds/{cloud}', '/admin/accounts', '/admin/accounts/-/new',
  '/admin/accounts/-/new?by=hand', '/admin/accounts/{account}', '/admin/account-rules', '/admin/account-rules/-/new',
  '/admin/account-rules/{rule}', '/admin/activity',
  '/admin/health', '/account', '/operations', '/operations/{operation}',
  team, `${team}/clusters`, `${team}/clusters/new`, `${team}/namespaces`, `${team}/namespaces/new`,
  `${team}/namespaces/{namespace}`, `${team}/namespaces/{namespace}/edit`, `${team}/members`, `${team}/members/invitations`,
  `${team}/robots`, `${team}/robots/new`, `${team}/robots/{robot}`, `${team}/access`, `${team}/access?view=requests`,
  `${team}/access?view=who&subject=user:admin&permission=cluster.read`, `${team}/activity`, `${team}/settings`,
  cluster, `${cluster}/namespaces`, `${cluster}/workloads`, `${cluster}/pods`, `${cluster}/services`, `${cluster}/events`,
  `${cluster}/nodes`, `${cluster}/activity`, `${cluster}/upgrade`, `${cluster}/settings`,
  `${cluster}/nodes/{node}`, `${cluster}/pods/{pod}`, `${cluster}/workloads/{workload}`,
]

/** An organisation that nobody has. */
const CLOUD = {
  provider: 'aws',
  aws: { managementAccount: '000000000001', homeRegion: 'eu-central-1', regions: ['eu-central-1'], organizationalUnit: 'ou-0000-00000001', accountEmail: 'aws+{account}@example.org' },
}

/** What the pages need to be there: a namespace `web`, a robot, and a cloud with a rule and an account `pages`. Takes away what it made. */
async function furnished(api: APIRequestContext): Promise<() => Promise<void>> {
  const made: string[] = []
  const make = async (collection: string, name: string, data: object) => {
    const answer = await api.post(collection, { data })
    if (answer.ok()) made.push(`${collection}/${name}`)
    else if (answer.status() !== 409) throw new Error(`POST ${collection}: ${await answer.text()}`)
  }
  await make(`/api/v1${team}/clusternamespaces`, `${CLUSTER}.web`, { metadata: { name: `${CLUSTER}.web` }, spec: { cluster: CLUSTER, name: 'web' } })
  await make(`/api/v1${team}/robots`, 'pages', { metadata: { name: 'pages' }, spec: {} })
  await make('/api/v1/cloudorganizations', 'pages', { metadata: { name: 'pages' }, spec: CLOUD })
  await make('/api/v1/accountrules', 'pages', { metadata: { name: 'pages' }, spec: { organization: 'pages' } })
  await make('/api/v1/cloudaccounts', 'pages', { metadata: { name: 'pages' }, spec: { organization: 'pages', team: TEAM } })
  return async () => {
    // An account and a rule go before their cloud.
    for (const path of made.toReversed()) {
      // oxlint-disable-next-line no-await-in-loop
      await api.delete(path, { headers: { 'if-match': '*' } })
    }
  }
}

interface Named {
  id?: string
  metadata?: { name: string }
}

/** What the words in braces stand for on this installation. */
async function places(api: APIRequestContext): Promise<Record<string, string>> {
  const first = async (path: string): Promise<Named | undefined> => {
    const answer = await api.get(path)
    if (!answer.ok()) throw new Error(`GET ${path}: ${await answer.text()}`)
    return ((await answer.json()) as { items: Named[] }).items[0]
  }
  const kube = `/k8s/${TEAM}/${CLUSTER}`
  const operation = await first('/api/v1/operations?limit=1')
  const node = await first(`${kube}/api/v1/nodes?limit=1`)
  const pod = await first(`${kube}/api/v1/namespaces/kube-system/pods?limit=1`)
  const workload = await first(`${kube}/apis/apps/v1/namespaces/kube-system/deployments?limit=1`)
  const named = (thing: Named | undefined) => thing?.metadata?.name ?? thing?.id ?? 'none'
  return {
    operation: named(operation), namespace: `${CLUSTER}.web`, robot: 'pages', cloud: 'pages', account: 'pages', rule: 'pages', node: named(node),
    pod: `kube-system/${named(pod)}`, workload: `deployments/kube-system/${named(workload)}`,
  }
}

interface Once {
  /** Cookies of one sign-in, for all of the worker's tests. */
  state: Awaited<ReturnType<APIRequestContext['storageState']>>
  /** The address of a page of `PAGES`. */
  resolved: (page: string) => string
}

/** As `test`, but signed in once for all, and with everything there that the pages show. */
export const test = base.extend<object, Once>({
  state: [
    async ({ browser }, provide, info) => {
      const context = await browser.newContext({ baseURL: info.project.use.baseURL })
      await signIn(await context.newPage())
      await provide(await context.storageState())
      await context.close()
    },
    { scope: 'worker' },
  ],
  resolved: [
    async ({ state }, provide, info) => {
      const api = await request.newContext({ baseURL: info.project.use.baseURL, storageState: state, extraHTTPHeaders: headers })
      const takeAway = await furnished(api)
      const words = await places(api)
      await provide((page) => page.replace(/{(\w+)}/g, (_, word: string) => words[word] ?? 'none'))
      await takeAway()
      await api.dispose()
    },
    { scope: 'worker' },
  ],
  storageState: ({ state }, provide) => provide(state),
})
