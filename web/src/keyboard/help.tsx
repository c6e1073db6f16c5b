// `?`: which keys there are on this screen.
import { Group, Kbd, Stack, Switch, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { Dialog } from '../shared/dialog.tsx'
import { useSetting } from '../shared/setting.ts'
import { singleKeys, useKeys, useKeysBelow } from './keys.ts'

export function KeyboardHelp() {
  const [opened, { toggle, close }] = useDisclosure()
  useKeys('Everywhere', [{ keys: '?', does: 'Show these keys', run: toggle }], { always: true })
  return (
    <Dialog opened={opened} onClose={close} title="Keyboard" size="md">
      <KeyList />
    </Dialog>
  )
}

function KeyList() {
  const groups = useKeysBelow()
  const on = useSetting(singleKeys)
  return (
    <Stack gap="lg">
      {[...groups].map(([title, bindings]) => (
        <section key={title} aria-label={title}>
          <Title order={3} size="h6" c="dimmed" mb={6}>
            {title}
          </Title>
          <Stack gap={6}>
            {bindings.map(({ keys, does }) => (
              <Group key={keys} justify="space-between" wrap="nowrap">
                <Text size="sm">{does}</Text>
                <Group gap={4} wrap="nowrap">
                  {keys.split(' ').map(key => (
                    <Kbd key={key}>{key}</Kbd>
                  ))}
                </Group>
              </Group>
            ))}
          </Stack>
        </section>
      ))}
      <Switch
        label="Use single keys"
        description="Turn them off when keys are pressed by accident, or by speech input."
        checked={on}
        onChange={event => singleKeys.turn(event.currentTarget.checked)}
      />
    </Stack>
  )
}
