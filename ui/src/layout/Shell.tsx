import { Page, PageSection, SkipToContent } from '@patternfly/react-core'
import { Outlet, useLocation } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { LiveBanner } from '@/live/LiveBanner'
import { SessionDialog } from '@/session/SessionDialog'
import { Marks } from './Marks'
import { Sidebar } from './Sidebar'
import { TopBar } from './TopBar'
import { useShortcuts } from './useShortcuts'

const palette = () => import('./CommandPalette').then((m) => ({ default: m.CommandPalette }))
const CommandPalette = lazy(palette)
const KeyboardHelp = lazy(() => import('./KeyboardHelp').then((m) => ({ default: m.KeyboardHelp })))

const wide = () => window.innerWidth >= 1200

/** Masthead, navigation, page. */
export function Shell() {
  const [over, setOver] = useState<'search' | 'help' | null>(null)
  const { pathname } = useLocation()
  useShortcuts({ onSearch: () => setOver('search'), onHelp: () => setOver('help') })
  useEffect(() => {
    // Who presses ⌘K types at once: it is to be there by then.
    const timer = setTimeout(() => void palette(), 1500)
    return () => clearTimeout(timer)
  }, [])
  // On narrow screens the navigation lies over the page: it is open for the page that it was opened on.
  const [sidebar, setSidebar] = useState({ isOpen: wide(), on: pathname })
  const isSidebarOpen = sidebar.isOpen && (wide() || sidebar.on === pathname)
  return (
    <Page
      className="kore"
      mainContainerId="main"
      mainTabIndex={-1}
      skipToContent={<SkipToContent href="#main">Skip to content</SkipToContent>}
      masthead={
        <>
          <TopBar
            onSidebar={() => setSidebar({ isOpen: !isSidebarOpen, on: pathname })}
            isSidebarOpen={isSidebarOpen}
            onSearch={() => setOver('search')}
            onHelp={() => setOver('help')}
          />
          <Marks />
        </>
      }
      sidebar={<Sidebar isOpen={isSidebarOpen} />}
    >
      <LiveBanner />
      <PageSection isFilled hasBodyWrapper={false} className="kore-main">
        <Outlet />
      </PageSection>
      <SessionDialog />
      <Suspense>
        {over === 'search' && <CommandPalette onClose={() => setOver(null)} onHelp={() => setOver('help')} />}
        {over === 'help' && <KeyboardHelp onClose={() => setOver(null)} />}
      </Suspense>
    </Page>
  )
}
