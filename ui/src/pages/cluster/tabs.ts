/** Tabs of a cluster's page besides the overview, in their order. */
export const TABS: readonly { tab: string; title: string }[] = [
  { tab: 'namespaces', title: 'Namespaces' },
  { tab: 'workloads', title: 'Workloads' },
  { tab: 'pods', title: 'Pods' },
  { tab: 'services', title: 'Services' },
  { tab: 'events', title: 'Events' },
  { tab: 'nodes', title: 'Nodes' },
  { tab: 'activity', title: 'Activity' },
  { tab: 'upgrade', title: 'Upgrade' },
  { tab: 'settings', title: 'Settings' },
]
