import type { Task } from '@belfry/client'
import { timeOf, useNow } from '../shared/time.tsx'

const inUnit = (unit: 'second' | 'minute' | 'hour', digits: number) =>
  new Intl.NumberFormat(undefined, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: digits,
  })
const units = [
  { sizeMs: 3_600_000, format: inUnit('hour', 1) },
  { sizeMs: 60_000, format: inUnit('minute', 1) },
  { sizeMs: 1_000, format: inUnit('second', 1) },
]

/** How long it took, or takes so far. */
export function Duration({ task: { start_time, end_time } }: { task: Task }) {
  const now = useNow()
  if (!start_time) return null
  const tookMs = Math.max(0, (end_time ? timeOf(end_time).getTime() : now) - timeOf(start_time).getTime())
  const { sizeMs, format } = units.find(unit => tookMs >= unit.sizeMs) ?? units.at(-1)!
  return <span className="figures"> · {format.format(tookMs / sizeMs)}</span>
}
