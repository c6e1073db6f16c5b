// New alerts as notifications of the browser, for who asked for them; one tab speaks for all.
import type { Notification as Alert } from '@belfry/client'
import { notifications } from '@mantine/notifications'
import { count } from '../shared/count.ts'
import { alertAddress } from './address.ts'
import { desktopAlerts } from './settings.ts'

export const canNotify = (): boolean => 'Notification' in window && window.isSecureContext

/** Asks the person first, as the browser demands. */
export async function allowDesktopAlerts(): Promise<void> {
  const allowed = canNotify() && (await Notification.requestPermission()) === 'granted'
  desktopAlerts.turn(allowed)
  if (!allowed)
    notifications.show({
      message: 'Your browser does not allow it; its settings of this site have the switch.',
    })
}

export function notifyDesktop(alert: Alert, open: (path: string) => void): void {
  if (!desktopAlerts.isOn() || !canNotify() || Notification.permission !== 'granted') return
  const { view_name, dataset_name, result_count } = alert.metadata
  const shown = new Notification(view_name, {
    body: `${count(result_count, 'new match')} in ${dataset_name}`,
    icon: '/favicon.svg',
    tag: alert.id,
  })
  shown.onclick = () => {
    window.focus()
    open(alertAddress(alert))
    shown.close()
  }
}
