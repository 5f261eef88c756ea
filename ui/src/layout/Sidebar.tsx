import { Nav, NavItem, NavList, PageSidebar, PageSidebarBody } from '@patternfly/react-core'
import { Link, useLocation } from '@tanstack/react-router'
import { Icon } from '@/components/Icon'
import { activeEntry, entriesOf } from './navigation'
import { useArea } from './useArea'

/** Where one can go, in the area that one is in. */
export function Sidebar({ isOpen }: { isOpen: boolean }) {
  const area = useArea()
  const { pathname } = useLocation()
  const entries = entriesOf(area)
  const active = activeEntry(entries, pathname)
  return (
    // PatternFly looks at the width itself only where it keeps the state too: on narrow screens this opens it.
    <PageSidebar isSidebarOpen={isOpen} id="navigation" className={isOpen ? 'pf-m-expanded' : undefined}>
      <PageSidebarBody>
        <Nav aria-label={area.kind === 'team' ? `Team ${area.team}` : 'Platform'}>
          <NavList>
            {entries.map((entry) => (
              <NavItem key={entry.path} itemId={entry.path} isActive={entry === active}>
                <Link to={entry.path}>
                  <Icon name={entry.icon} />
                  {entry.title}
                </Link>
              </NavItem>
            ))}
          </NavList>
        </Nav>
      </PageSidebarBody>
    </PageSidebar>
  )
}
