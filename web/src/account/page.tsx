// Who I am, my password and API key, and how I want to be told.
import { Paper, Stack, Switch, Text, Title } from '@mantine/core'
import { allowDesktopAlerts, canNotify } from '../inbox/desktop.ts'
import { desktopAlerts, readOnClose } from '../inbox/settings.ts'
import { singleKeys } from '../keyboard/keys.ts'
import { isLocal, useUser } from '../session/session.tsx'
import { useSetting } from '../shared/setting.ts'
import { ApiKey } from './api-key.tsx'
import { Password } from './password.tsx'

export function AccountPage() {
  const user = useUser()
  return (
    <Stack maw={780} mx="auto" gap="lg">
      <div>
        <Title order={1} size="h2" className="name">
          {user.name}
        </Title>
        <Text c="dimmed" size="sm" className="name">
          {isLocal(user) ? 'This server has no sign-in; everybody on this machine is this user.' : user.email}
          {user.is_admin && !isLocal(user) && ' · administrator'}
        </Text>
      </div>
      {!isLocal(user) && <Password />}
      <ApiKey />
      <AlertSettings />
    </Stack>
  )
}

function AlertSettings() {
  const marks = useSetting(readOnClose)
  const desktop = useSetting(desktopAlerts)
  const keysOn = useSetting(singleKeys)
  return (
    <Paper withBorder p="lg" radius="lg" bg="var(--surface)" component="section">
      <Title order={2} size="h4" mb={4}>
        In this browser
      </Title>
      <Stack gap="md" mt="md">
        <Switch
          label="Closing the panel marks what it showed as read"
          checked={marks}
          onChange={event => readOnClose.turn(event.currentTarget.checked)}
        />
        <Switch
          label="Tell me of new alerts outside of this page too"
          description={
            canNotify()
              ? 'Your browser asks whether it may.'
              : 'Your browser does this only over https or on localhost.'
          }
          disabled={!canNotify()}
          checked={desktop}
          onChange={event =>
            event.currentTarget.checked ? void allowDesktopAlerts() : desktopAlerts.turn(false)
          }
        />
        <Switch
          label="Use single keys"
          description="Press ? to see them."
          checked={keysOn}
          onChange={event => singleKeys.turn(event.currentTarget.checked)}
        />
      </Stack>
    </Paper>
  )
}
