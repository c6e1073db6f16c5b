import type { SavedView } from '@belfry/client'
import { ActionIcon, Badge, Table, Tooltip, UnstyledButton } from '@mantine/core'
import { IconBell, IconBellOff, IconChevronRight } from '@tabler/icons-react'
import { figure } from '../shared/count.ts'
import { Age } from '../shared/time.tsx'
import { Details } from './details.tsx'
import classes from './tab.module.css'
import { useAlerting } from './views.ts'

interface ViewRowProps {
  view: SavedView
  current: boolean
  opened: boolean
  onToggle: () => void
}

/** As many as the head has. */
const columns = 6

export function ViewRow({ view, current, opened, onToggle }: ViewRowProps) {
  return (
    <>
      <Table.Tr className={classes.row} data-view={view.id} data-current={current || undefined}>
        <Table.Td>
          <UnstyledButton className={classes.name} aria-expanded={opened} onClick={onToggle}>
            <IconChevronRight size={18} className={classes.chevron} data-open={opened || undefined} />
            <span className="name">{view.name}</span>
            {view.evaluation_error && (
              <Badge color="amber" variant="light" tt="none">
                Not counted
              </Badge>
            )}
          </UnstyledButton>
        </Table.Td>
        <Table.Td className={`${classes.number} figures`}>{figure(view.total_results)}</Table.Td>
        <Table.Td className={`${classes.medium} ${classes.soft}`}>
          {view.last_results ? <Age at={view.last_results} /> : 'none yet'}
        </Table.Td>
        <Table.Td className={`${classes.wide} ${classes.soft}`}>
          <Age at={view.created_at} />
        </Table.Td>
        <Table.Td className={`${classes.wide} ${classes.soft} name`}>
          {view.created_by?.name ?? 'Somebody who left'}
        </Table.Td>
        <Table.Td className={classes.bell}>
          <Bell view={view} />
        </Table.Td>
      </Table.Tr>
      {opened && (
        <Table.Tr>
          <Table.Td colSpan={columns} p={0}>
            <Details view={view} />
          </Table.Td>
        </Table.Tr>
      )}
    </>
  )
}

function Bell({ view }: { view: SavedView }) {
  const alerting = useAlerting()
  const { name, monitoring_enabled, alerting_enabled } = view
  const on = monitoring_enabled && alerting_enabled
  const says = !monitoring_enabled
    ? 'It is not monitored; open it to turn that on'
    : on
      ? 'Alerts are on, for everybody'
      : 'Alerts are off, for everybody; the trend goes on'
  return (
    <Tooltip label={says} openDelay={300}>
      <ActionIcon
        variant={on ? 'light' : 'subtle'}
        color={on ? 'verdigris' : 'gray'}
        size={34}
        radius="xl"
        role="switch"
        aria-checked={on}
        aria-label={`Alerts of ${name}`}
        aria-disabled={!monitoring_enabled}
        onClick={() => monitoring_enabled && alerting.mutate({ view, change: !alerting_enabled })}
      >
        {on ? <IconBell size={19} stroke={1.8} /> : <IconBellOff size={19} stroke={1.8} />}
      </ActionIcon>
    </Tooltip>
  )
}
