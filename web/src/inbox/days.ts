import type { Notification } from '@belfry/client'
import { timeOf } from '../shared/time.tsx'

const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' })
const named = new Intl.DateTimeFormat(undefined, {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
})
const dayMs = 86_400_000
const midnight = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime()
const capital = (text: string) => text.charAt(0).toLocaleUpperCase() + text.slice(1)

/** `Today`, `Yesterday`, else the date. A day may have 23 or 25 hours, so days are counted between midnights, rounded. */
function dayOf(instant: string, now: Date): string {
  const date = timeOf(instant)
  const ago = Math.round((midnight(now) - midnight(date)) / dayMs)
  return ago <= 1 ? capital(relative.format(-Math.max(0, ago), 'day')) : named.format(date)
}

/** The alerts, in their order, under the days of the reader's calendar. */
export function daysOf(alerts: Notification[], now = new Date()): { day: string; alerts: Notification[] }[] {
  const days: { day: string; alerts: Notification[] }[] = []
  for (const alert of alerts) {
    const day = dayOf(alert.created_at, now)
    if (days.at(-1)?.day === day) days.at(-1)!.alerts.push(alert)
    else days.push({ day, alerts: [alert] })
  }
  return days
}
