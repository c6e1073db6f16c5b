import { setting } from '../shared/setting.ts'

/** Closing the panel marks what was shown in it as read. */
export const readOnClose = setting('read-on-close', { byDefault: true })
/** New alerts also come as notifications of the browser. */
export const desktopAlerts = setting('desktop-alerts', { byDefault: false })
