// The panel behind the bell. Closing it marks what was shown as read, unless the reader turned that off.
import type { Notification } from '@belfry/client'
import { Button, Drawer, Group, Title } from '@mantine/core'
import { IconBellRinging } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { useKeys } from '../keyboard/keys.ts'
import { KeyLayer } from '../keyboard/layer.tsx'
import { useListKeys } from '../shared/list-keys.ts'
import { More } from '../shared/more.tsx'
import { RowSkeletons } from '../shared/skeletons.tsx'
import { EmptyState, ErrorState } from '../shared/states.tsx'
import { alertAddress } from './address.ts'
import { AlertList, AlertRow } from './alert-row.tsx'
import { useAlerts, useMarkAllRead, useMarkRead, useUnreadCount } from './alerts.ts'
import classes from './panel.module.css'
import { PanelMenu } from './panel-menu.tsx'
import { readOnClose } from './settings.ts'
import { UnreadByDataset } from './unread-by-dataset.tsx'

interface PanelProps {
  opened: boolean
  onClose: () => void
}

export function Panel({ opened, onClose }: PanelProps) {
  /** Unread alerts that were in view since the panel was opened. */
  const shown = useRef(new Set<string>())
  const markRead = useMarkRead()
  const close = () => {
    const ids = [...shown.current]
    shown.current.clear()
    if (readOnClose.isOn() && ids.length > 0) markRead.mutate(ids)
    onClose()
  }
  return (
    <Drawer.Root
      opened={opened}
      onClose={close}
      position="right"
      size={480}
      classNames={{ content: classes.content }}
    >
      <Drawer.Overlay backgroundOpacity={0.25} />
      <Drawer.Content aria-label="Monitor alerts">
        <KeyLayer>
          <PanelContent shown={shown.current} onClose={close} />
        </KeyLayer>
      </Drawer.Content>
    </Drawer.Root>
  )
}

function PanelContent({ shown, onClose }: { shown: Set<string>; onClose: () => void }) {
  const [, go] = useLocation()
  const [datasetId, setDatasetId] = useState<string>()
  const { alerts, ...pages } = useAlerts({ datasetId })
  const unread = useUnreadCount()
  const markRead = useMarkRead()
  const markAllRead = useMarkAllRead()
  const list = useRef<HTMLDivElement>(null)
  const open = (alert: Notification) => {
    markRead.mutate([alert.id])
    onClose()
    go(alertAddress(alert))
  }
  const listed = alerts ?? []
  const current = useListKeys(
    'Alerts',
    listed.length,
    i => list.current?.querySelector(`[data-alert="${listed[i]?.id}"]`),
    [
      { keys: 'Enter', does: 'Open what matched', run: i => open(listed[i]!) },
      { keys: 'e', does: 'Mark as read', run: i => markRead.mutate([listed[i]!.id]) },
    ],
  )
  useKeys('Alerts', [{ keys: 'A', does: 'Mark all as read', run: () => markAllRead.mutate(datasetId) }])
  useShown(
    list,
    shown,
    listed.filter(({ read_at }) => read_at === null).map(({ id }) => id),
  )

  return (
    <>
      <div className={classes.head}>
        <Group justify="space-between" wrap="nowrap">
          <Title order={2} size="h4">
            Monitor alerts
          </Title>
          <Group gap={4} wrap="nowrap">
            <Button
              size="compact-sm"
              variant="subtle"
              disabled={unread === 0}
              loading={markAllRead.isPending}
              onClick={() => markAllRead.mutate(datasetId)}
            >
              Mark all as read
            </Button>
            <PanelMenu />
            <Drawer.CloseButton aria-label="Close the alerts" />
          </Group>
        </Group>
        <UnreadByDataset chosen={datasetId} onChoose={setDatasetId} />
      </div>
      <section className={classes.list} ref={list} aria-label="Alerts, newest first">
        {pages.error && !alerts ? (
          <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />
        ) : !alerts ? (
          <RowSkeletons rows={4} />
        ) : alerts.length === 0 ? (
          <EmptyState icon={IconBellRinging} title="Nothing has matched yet">
            When a batch of media comes in and a monitored view matches, you are told here, a moment later.
          </EmptyState>
        ) : (
          <AlertList>
            {alerts.map((alert, i) => (
              <AlertRow
                key={alert.id}
                alert={alert}
                thumbs={5}
                current={i === current}
                onOpen={() => {
                  markRead.mutate([alert.id])
                  onClose()
                }}
                onRead={id => markRead.mutate([id])}
              />
            ))}
          </AlertList>
        )}
        <More pages={pages} />
      </section>
      <div className={classes.foot}>
        <Button component={Link} href="/" variant="subtle" fullWidth onClick={onClose}>
          See the whole inbox
        </Button>
      </div>
    </>
  )
}

/** Notes which of the unread rows come into view. */
function useShown(list: React.RefObject<HTMLElement | null>, shown: Set<string>, unreadIds: string[]): void {
  const ids = unreadIds.join(' ')
  useEffect(() => {
    const watcher = new IntersectionObserver(
      entries => {
        for (const { isIntersecting, target } of entries)
          if (isIntersecting) shown.add((target as HTMLElement).dataset.alert!)
      },
      { root: list.current },
    )
    for (const id of ids.split(' ')) {
      const row = id && list.current?.querySelector(`[data-alert="${id}"]`)
      if (row) watcher.observe(row)
    }
    return () => watcher.disconnect()
  }, [list, shown, ids])
}
