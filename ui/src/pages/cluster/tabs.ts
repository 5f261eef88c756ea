/** Tabs of a cluster's page besides the overview, in their order. A tab that is made gets a route of its own. */
export const TABS: readonly { tab: string; title: string; cli: (cluster: string) => string }[] = [
  { tab: 'namespaces', title: 'Namespaces', cli: (cluster) => `kore namespace list --filter cluster=${cluster.split('/').at(-1) ?? ''}` },
  { tab: 'access', title: 'Access', cli: (cluster) => `kore kubeconfig add ${cluster}` },
  { tab: 'operations', title: 'Operations', cli: () => 'kore operation list' },
  { tab: 'settings', title: 'Settings', cli: (cluster) => `kore cluster show ${cluster}` },
]
