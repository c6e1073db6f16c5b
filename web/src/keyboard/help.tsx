// `?`: which keys there are on this screen.
import { Group, Kbd, Modal, Stack, Switch, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useSetting } from '../shared/setting.ts'
import { singleKeys, useKeyGroups, useKeys } from './keys.ts'

export function KeyboardHelp() {
  const [opened, { open, close }] = useDisclosure()
  const groups = useKeyGroups()
  const on = useSetting(singleKeys)
  useKeys('Everywhere', [{ keys: '?', does: 'Show these keys', run: open }])
  return (
    <Modal
      opened={opened}
      onClose={close}
      title="Keyboard"
      size="md"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack gap="lg">
        {groups.map(({ title, bindings }) => (
          <section key={`${title} ${bindings[0]?.keys}`}>
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
    </Modal>
  )
}
