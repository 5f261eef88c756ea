import { Link, useLocation } from '@tanstack/react-router'

/** Tabs that are pages: each has its address. */
export function TabLinks({ label, tabs }: { label: string; tabs: readonly { title: string; to: string }[] }) {
  const { pathname } = useLocation()
  const here = pathname.replace(/\/$/, '')
  return (
    <nav aria-label={label} className="kore-tabs">
      {tabs.map(({ title, to }) => (
        <Link key={to} to={to} activeOptions={{ exact: true }} aria-current={here === to ? 'page' : undefined}>
          {title}
        </Link>
      ))}
    </nav>
  )
}
