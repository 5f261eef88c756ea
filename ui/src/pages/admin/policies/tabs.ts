export const TABS = [
  { title: 'Policies', to: '/admin/policies' },
  { title: 'Parameters and teams', to: '/admin/policies/-/matrix' },
] as const
