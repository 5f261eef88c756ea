/** Tabs of a cluster's page besides the overview, in their order. A tab that is made gets a route of its own. */
export const TABS: readonly { tab: string; title: string; cli: (cluster: string) => string }[] = [
  { tab: 'namespaces', title: 'Namespaces', cli: (cluster) => `kore namespace list --filter cluster=${cluster.split('/').at(-1) ?? ''}` },
  { tab: 'access', title: 'Access', cli: (cluster) => `kore kubeconfig add ${cluster}` },
  { tab: 'activity', title: 'Activity', cli: (cluster) => `kore cluster events ${cluster}` },
  { tab: 'upgrade', title: 'Upgrade', cli: (cluster) => `kore cluster upgrade ${cluster} --dry-run` },
  { tab: 'settings', title: 'Settings', cli: (cluster) => `kore cluster edit ${cluster}` },
]
