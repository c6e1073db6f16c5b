// The bell in the header: how many alerts are unread, live, and the way to them.
import { ActionIcon, Indicator, Tooltip } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconBell } from '@tabler/icons-react'
import { useEffect } from 'react'
import { useLocation } from 'wouter'
import { useKeys } from '../keyboard/keys.ts'
import { setTitleCount } from '../layout/page-title.ts'
import { onAlert } from '../live/provider.tsx'
import { figure } from '../shared/count.ts'
import { useUnreadCount } from './alerts.ts'
import { notifyDesktop } from './desktop.ts'
import { showFaviconCount } from './favicon.ts'
import { Panel } from './panel.tsx'

/** More than this is many; the inbox says how many. */
const maxShown = 999

export function Bell() {
  const unread = useUnreadCount()
  const [, go] = useLocation()
  const [opened, { open, close }] = useDisclosure()
  useKeys('Everywhere', [{ keys: 'b', does: 'Open the alerts', run: open }])
  useEffect(() => {
    setTitleCount(unread)
    showFaviconCount(unread)
  }, [unread])
  useEffect(
    () => () => {
      setTitleCount(0)
      showFaviconCount(0)
    },
    [],
  )
  useEffect(() => onAlert((alert, leading) => leading && notifyDesktop(alert, go)), [go])
  return (
    <>
      <Tooltip label="Monitor alerts" openDelay={400}>
        <Indicator
          label={unread > maxShown ? `${maxShown}+` : figure(unread)}
          disabled={unread === 0}
          size={18}
          offset={8}
          color="pink.8"
          classNames={{ indicator: 'figures' }}
        >
          <ActionIcon
            size={40}
            radius="xl"
            variant="subtle"
            color="gray"
            aria-label={unread === 0 ? 'Monitor alerts' : `Monitor alerts, ${figure(unread)} unread`}
            aria-haspopup="dialog"
            aria-expanded={opened}
            onClick={open}
          >
            <IconBell size={22} stroke={1.7} />
          </ActionIcon>
        </Indicator>
      </Tooltip>
      <Panel opened={opened} onClose={close} />
    </>
  )
}
