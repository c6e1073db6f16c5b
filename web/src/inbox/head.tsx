// The title of the inbox, and what can be done with many alerts at once.
import type { Notification } from '@belfry/client'
import { Button, Group, Text, Title } from '@mantine/core'
import { IconChecks } from '@tabler/icons-react'
import { count, figure } from '../shared/count.ts'
import { useMarkAllRead, useUnreadIn } from './alerts.ts'

interface InboxHeadProps {
  total: number | undefined
  alerts: Notification[]
  selected: ReadonlySet<string>
  onSelect: (ids: ReadonlySet<string>) => void
  onRead: (ids: string[]) => void
  /** Marking everything keeps to this dataset. */
  datasetId: string | null
  /** Narrowed further than to a dataset: then not all that is unread is listed. */
  isPart: boolean
}

export function InboxHead({ total, alerts, selected, onSelect, onRead, datasetId, isPart }: InboxHeadProps) {
  const unread = useUnreadIn(datasetId)
  const markAllRead = useMarkAllRead()
  // What was selected and is no longer listed is not marked by surprise.
  const chosen = alerts.filter(({ id }) => selected.has(id))
  const selectAll = () => onSelect(new Set(alerts.map(({ id }) => id)))
  return (
    <Group justify="space-between" mb="md" mih={42}>
      <div>
        <Title order={1} size="h2">
          Inbox
        </Title>
        <Text size="sm" c="dimmed" className="figures">
          {total === undefined
            ? ' '
            : `${count(total, 'alert')}${unread > 0 && !isPart ? `, ${figure(unread)} unread` : ''}`}
        </Text>
      </div>
      {chosen.length > 0 ? (
        <Group gap="xs">
          <Button variant="subtle" onClick={() => onSelect(new Set())}>
            Select none
          </Button>
          {chosen.length < alerts.length && (
            <Button variant="subtle" onClick={selectAll}>
              Select all {figure(alerts.length)}
            </Button>
          )}
          <Button leftSection={<IconChecks size={18} />} onClick={() => onRead(chosen.map(({ id }) => id))}>
            Mark {figure(chosen.length)} as read
          </Button>
        </Group>
      ) : isPart ? (
        alerts.length > 0 && (
          <Button variant="default" onClick={selectAll}>
            Select all {figure(alerts.length)}
          </Button>
        )
      ) : (
        <Button
          variant="default"
          leftSection={<IconChecks size={18} />}
          disabled={unread === 0}
          loading={markAllRead.isPending}
          onClick={() => markAllRead.mutate(datasetId ?? undefined)}
        >
          {datasetId ? 'Mark all of this dataset as read' : 'Mark all as read'}
        </Button>
      )}
    </Group>
  )
}
