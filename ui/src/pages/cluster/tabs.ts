/** Tabs of a cluster's page besides the overview, in their order. A tab that is made gets a route of its own. */
export const TABS: readonly { tab: string; title: string; cli: (cluster: string) => string }[] = [
  { tab: 'namespaces', title: 'Namespaces', cli: (cluster) => `kore namespace list --filter cluster=${cluster.split('/').at(-1) ?? ''}` },
  { tab: 'workloads', title: 'Workloads', cli: (cluster) => `kore exec ${cluster} -- kubectl get deployments,statefulsets,daemonsets,jobs,cronjobs -A` },
  { tab: 'pods', title: 'Pods', cli: (cluster) => `kore exec ${cluster} -- kubectl get pods -A` },
  { tab: 'services', title: 'Services', cli: (cluster) => `kore exec ${cluster} -- kubectl get services,ingresses -A` },
  { tab: 'events', title: 'Events', cli: (cluster) => `kore cluster events ${cluster}` },
  { tab: 'nodes', title: 'Nodes', cli: (cluster) => `kore exec ${cluster} -- kubectl get nodes -o wide` },
  { tab: 'access', title: 'Access', cli: (cluster) => `kore kubeconfig add ${cluster}` },
  { tab: 'operations', title: 'Operations', cli: () => 'kore operation list' },
  { tab: 'settings', title: 'Settings', cli: (cluster) => `kore cluster show ${cluster}` },
]
