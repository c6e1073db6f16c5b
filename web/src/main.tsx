import '@fontsource-variable/inter/index.css'
import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { alertsQuery } from './inbox/alerts.ts'
import { asFilter, readChoice } from './inbox/filter.ts'
import { queryClient } from './queries.ts'
import { meQuery } from './session/session.tsx'

// Asked at once, while the page is still put together.
void queryClient.prefetchQuery(meQuery)
if (location.pathname === '/')
  void queryClient.prefetchInfiniteQuery(
    alertsQuery(asFilter(readChoice(new URLSearchParams(location.search)))),
  )

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
