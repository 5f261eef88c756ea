export const TABS = [
  { title: 'Pools', to: '/admin/address-pools' },
  { title: 'Who has which range', to: '/admin/address-pools/reservations' },
] as const
