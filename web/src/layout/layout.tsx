// The frame around every screen: header, banner, the screen, and on a phone the bar below.
import { Box } from '@mantine/core'
import { Suspense } from 'react'
import { Route, Switch } from 'wouter'
import { KeyboardHelp } from '../keyboard/help.tsx'
import { LiveBanner } from '../live/banner.tsx'
import { screens } from '../screens.tsx'
import { UploadsElsewhere } from '../upload/elsewhere.tsx'
import { useArrival } from './arrival.ts'
import { Header } from './header.tsx'
import classes from './layout.module.css'
import { NotFound } from './not-found.tsx'
import { ScreenBoundary } from './screen-boundary.tsx'
import { TabBar } from './tab-bar.tsx'
import { Titled } from './titled.tsx'

export function Layout() {
  useArrival()
  return (
    <>
      <a href="#main" className={classes.skip}>
        Skip to the content
      </a>
      <Header />
      <LiveBanner />
      <Box component="main" id="main" tabIndex={-1} className={classes.main}>
        <Switch>
          {screens.map(({ path, title, screen: Screen }) => (
            <Route key={path} path={path}>
              {params => (
                <Titled title={title}>
                  <ScreenBoundary key={path}>
                    <Suspense fallback={null}>
                      <Screen params={params} />
                    </Suspense>
                  </ScreenBoundary>
                </Titled>
              )}
            </Route>
          ))}
          <Route>
            <NotFound />
          </Route>
        </Switch>
      </Box>
      <UploadsElsewhere />
      <TabBar />
      <KeyboardHelp />
    </>
  )
}
