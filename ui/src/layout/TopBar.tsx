import { Button, Masthead, MastheadBrand, MastheadContent, MastheadLogo, MastheadMain, MastheadToggle } from '@patternfly/react-core'
import { Link } from '@tanstack/react-router'
import { Icon } from '@/components/Icon'
import { LiveDot } from '@/live/LiveDot'
import { AccountMenu } from './AccountMenu'
import { TeamSwitcher } from './TeamSwitcher'

interface Props {
  isSidebarOpen: boolean
  onSidebar: () => void
  onSearch: () => void
  onHelp: () => void
}

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent)

/** The bar at the top of every page. */
export function TopBar({ isSidebarOpen, onSidebar, onSearch, onHelp }: Props) {
  return (
    <Masthead display={{ default: 'inline' }}>
      <MastheadMain>
        <MastheadToggle>
          <Button variant="plain" aria-label="Navigation" aria-controls="navigation" aria-expanded={isSidebarOpen} onClick={onSidebar} icon={<Icon name="menu" />} />
        </MastheadToggle>
        <MastheadBrand>
          <MastheadLogo component={(props) => <Link {...props} to="/" aria-label="Kore, first page" />}>
            <img src="/kore.svg" width="24" height="24" alt="" />
            <span className="kore-word">Kore</span>
          </MastheadLogo>
        </MastheadBrand>
      </MastheadMain>
      <MastheadContent>
        <div className="kore-bar">
          <TeamSwitcher />
          <button type="button" className="kore-search" onClick={onSearch} aria-keyshortcuts="Control+K Meta+K">
            <Icon name="search" />
            <span className="kore-search-text">Search or go to…</span>
            <kbd aria-hidden="true">{isMac ? '⌘K' : 'Ctrl K'}</kbd>
          </button>
          <span className="kore-bar-end">
            <LiveDot />
            <Button variant="plain" aria-label="Keyboard help" onClick={onHelp} icon={<Icon name="help" />} className="kore-wide-only" />
            <AccountMenu onHelp={onHelp} />
          </span>
        </div>
      </MastheadContent>
    </Masthead>
  )
}
