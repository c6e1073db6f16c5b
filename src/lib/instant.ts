// Points in time as people write them in filters, at the precision the database keeps.
import { problems } from './problems.ts'
import type { Instant } from './time.ts'

const pattern =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?(Z|[+-]\d\d:?\d\d)?)?$/i

/**
 * Reads ISO 8601: a date, or a date and a time with up to six fractional digits, in UTC unless it carries an offset.
 * A date alone is its first microsecond as the `start` of a range and its last as the `end`. Returns undefined for
 * anything else, days that no calendar has included.
 */
export function readInstant(text: string, edge: 'start' | 'end'): Instant | undefined {
  const found = pattern.exec(text)
  if (!found) return undefined
  const [year, month, day] = found.slice(1, 4).map(Number) as [number, number, number]
  const wholeDay = found[4] === undefined
  const atEnd = wholeDay && edge === 'end'
  const [hour, minute, second] = atEnd ? [23, 59, 59] : found.slice(4, 7).map(part => Number(part ?? 0))
  if (!isDate(year, month, day) || hour! > 23 || minute! > 59 || second! > 59) return undefined
  const offset = offsetMinutes(found[8])
  if (offset === undefined) return undefined
  const at = new Date(0)
  at.setUTCFullYear(year, month - 1, day)
  at.setUTCHours(hour!, minute! - offset, second!)
  if (at.getUTCFullYear() < 1 || at.getUTCFullYear() > 9999) return undefined
  const fraction = atEnd ? '999999' : (found[7] ?? '').padEnd(6, '0')
  return `${at.toISOString().slice(0, 19)}.${fraction}`
}

/** As `readInstant`, of a query parameter that may be absent. Throws `invalid`. */
export function instantParameter(
  name: string,
  text: string | undefined,
  edge: 'start' | 'end',
): Instant | undefined {
  const at = text === undefined ? undefined : readInstant(text, edge)
  if (text !== undefined && at === undefined)
    throw problems.invalid(
      `Query parameter '${name}' must be a date or a time like 2026-03-31 or 2026-03-31T17:02:12Z.`,
    )
  return at
}

function isDate(year: number, month: number, day: number): boolean {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return year >= 1 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

/** `+05:30` is 330; no offset and `Z` are 0. */
function offsetMinutes(text = 'Z'): number | undefined {
  if (text.toUpperCase() === 'Z') return 0
  const [hours, minutes] = [Number(text.slice(1, 3)), Number(text.slice(-2))]
  if (hours > 15 || minutes > 59) return undefined
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}
