import { Button, Group, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { ReactNode } from 'react'
import { Dialog } from './dialog.tsx'

interface ConfirmProps {
  /** On the button that asks. */
  label: string
  /** That button, where it is another one. */
  button?: (open: () => void) => ReactNode
  title: string
  /** On the button that does it. */
  does: string
  color?: string
  loading: boolean
  onConfirm: () => void
  /** What happens then. */
  children: ReactNode
}

/** A button for what cannot be undone: it says what happens, and asks. */
export function Confirm({ label, button, title, does, color, loading, onConfirm, children }: ConfirmProps) {
  const [opened, { open, close }] = useDisclosure()
  return (
    <>
      {button ? (
        button(open)
      ) : (
        <Button variant="default" loading={loading} onClick={open}>
          {label}
        </Button>
      )}
      <Dialog opened={opened} onClose={close} title={title}>
        <Text size="sm">{children}</Text>
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={close} data-autofocus>
            Leave it
          </Button>
          <Button
            color={color}
            onClick={() => {
              close()
              onConfirm()
            }}
          >
            {does}
          </Button>
        </Group>
      </Dialog>
    </>
  )
}
