import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { Route, Switch } from 'wouter'
import { Layout } from './layout/layout.tsx'
import { LiveProvider } from './live/provider.tsx'
import { queryClient } from './queries.ts'
import { FirstRun } from './session/first-run.tsx'
import { SessionGate } from './session/session.tsx'
import { SignIn } from './session/sign-in.tsx'
import { SignInLink } from './session/sign-in-link.tsx'
import { theme } from './theme.ts'

export const App = () => (
  <MantineProvider theme={theme} defaultColorScheme="auto">
    <QueryClientProvider client={queryClient}>
      <Notifications position="bottom-right" limit={3} />
      <Switch>
        <Route path="/first-run" component={FirstRun} />
        <Route path="/sign-in" component={SignInLink} />
        <Route>
          <SessionGate signedOut={<SignIn />}>
            <LiveProvider>
              <Layout />
            </LiveProvider>
          </SessionGate>
        </Route>
      </Switch>
    </QueryClientProvider>
  </MantineProvider>
)
