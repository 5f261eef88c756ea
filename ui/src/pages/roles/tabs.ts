/** The two halves of the page about roles. */
export const TABS = [
  { title: 'Roles', to: '/admin/roles' },
  { title: 'Bindings', to: '/admin/roles/bindings' },
] as const
