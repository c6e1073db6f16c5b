// What Explore is narrowed to, as a view that watches what comes from now on.
import type { ViewFilters } from '@belfry/client'
import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { Dialog } from '../shared/dialog.tsx'
import { sentenceOf } from '../shared/states.tsx'
import { NameField, useNameFault } from '../views/name.tsx'
import { useSaveView } from '../views/views.ts'

interface SaveViewProps {
  datasetId: string
  filters: ViewFilters
  narrowedToBatch: boolean
  opened: boolean
  onClose: () => void
}

export const SaveView = ({ opened, onClose, ...props }: SaveViewProps) => (
  <Dialog opened={opened} onClose={onClose} title="Save as a view">
    <Form {...props} onClose={onClose} />
  </Dialog>
)

function Form({ datasetId, filters, narrowedToBatch, onClose }: Omit<SaveViewProps, 'opened'>) {
  const [name, setName] = useState('')
  const fault = useNameFault(datasetId, name)
  const save = useSaveView(datasetId)
  const saved = () => {
    onClose()
    notifications.show({ message: `“${name.trim()}” watches every batch from now on.` })
  }
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        if (name.trim() && !fault) save.mutate({ name, filters }, { onSuccess: saved })
      }}
    >
      <Stack>
        <NameField name={name} fault={fault} onChange={setName} />
        {narrowedToBatch && (
          <Text size="sm" c="dimmed">
            The view watches every batch, not only the one that is shown.
          </Text>
        )}
        {save.error && (
          <Alert color="red" role="alert" variant="light">
            {sentenceOf(save.error)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending} disabled={!name.trim() || fault !== undefined}>
            Save the view
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
