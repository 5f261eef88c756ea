import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import '@patternfly/react-core/dist/styles/base.css'
import { queryClient } from './lib/queries'
import { followPreferences } from './lib/preferences'
import { mendStylesheets } from './lib/stylesheets'
import { startLive } from './live/client'
import { router } from './router'
import './theme.css'
import './components.css'

followPreferences()
mendStylesheets()

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} context={{ client: queryClient }} />
      </QueryClientProvider>
    </StrictMode>,
  )
}
startLive(queryClient)
