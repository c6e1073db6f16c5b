// The server's times are UTC, with or without a Z; people read their own zone and language.
import { useSyncExternalStore } from 'react'

export const timeOf = (instant: string): Date =>
  new Date(/(Z|[+-]\d\d:\d\d)$/.test(instant) ? instant : `${instant}Z`)

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' })
const short = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'long' })

export const exactTime = (instant: string): string => exact.format(timeOf(instant))
export const shortTime = (instant: string): string => short.format(timeOf(instant))

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['week', 7 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** `2 hours ago`. Below a minute it says `just now`: seconds that tick draw the eye for nothing. */
export function ageOf(instant: string, nowMs: number): string {
  const seconds = (nowMs - timeOf(instant).getTime()) / 1000
  for (const [unit, size] of steps)
    if (Math.abs(seconds) >= size) return relative.format(-Math.trunc(seconds / size), unit)
  return 'just now'
}

/** One clock for all ages on the page. */
const tickMs = 15_000
let nowMs = Date.now()
const listeners = new Set<() => void>()
setInterval(() => {
  nowMs = Date.now()
  for (const listener of listeners) listener()
}, tickMs)
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

export const useNow = (): number => useSyncExternalStore(subscribe, () => nowMs)

/** How long ago; the exact time on hover. */
export function Age({ at }: { at: string }) {
  const now = Math.max(useNow(), timeOf(at).getTime())
  return (
    <time dateTime={timeOf(at).toISOString()} title={exactTime(at)}>
      {ageOf(at, now)}
    </time>
  )
}
