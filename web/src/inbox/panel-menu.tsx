import { ActionIcon, Menu } from '@mantine/core'
import { IconSettings } from '@tabler/icons-react'
import { useSetting } from '../shared/setting.ts'
import { allowDesktopAlerts, canNotify } from './desktop.ts'
import { desktopAlerts, readOnClose } from './settings.ts'

/** What the reader can choose about alerts; kept in this browser. */
export function PanelMenu() {
  const marks = useSetting(readOnClose)
  const desktop = useSetting(desktopAlerts)
  return (
    <Menu position="bottom-end" width={300}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label="Settings of alerts">
          <IconSettings size={18} stroke={1.7} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.CheckboxItem checked={marks} onChange={readOnClose.turn}>
          Closing the panel marks what it showed as read
        </Menu.CheckboxItem>
        {canNotify() && (
          <Menu.CheckboxItem
            checked={desktop}
            onChange={on => (on ? void allowDesktopAlerts() : desktopAlerts.turn(false))}
          >
            Tell me outside of this page too
          </Menu.CheckboxItem>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
