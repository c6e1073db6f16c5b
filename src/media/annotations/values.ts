// The meaning of single cells: pure rules.

import type { Cell } from './table.ts'

/** A number that loses nothing as a double, an instant as UTC with six digits, or the text as it is. */
export function typed(cell: Cell): string | number {
  if (typeof cell === 'number') return cell
  const text = textOf(cell)
  // Most of a table's time where it has times: a Date needs no reading.
  if (cell instanceof Date && text.length === 24) return `${text.slice(0, 23)}000`
  return numberOf(text) ?? instantOf(text) ?? text
}

/** As a person would write it in a CSV; '' for a cell that is not there. */
export function textOf(cell: Cell | undefined): string {
  if (cell === undefined) return ''
  if (cell instanceof Date) return cell.toISOString()
  return Array.isArray(cell) ? JSON.stringify(cell) : String(cell)
}

/** `007` and `1234567890123456789` are names of something, not numbers. */
function numberOf(cell: string): number | undefined {
  if (!/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(cell)) return undefined
  const value = Number(cell)
  const isSafe = Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value)
  return isSafe ? value : undefined
}

const isoInstant = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)? ?(Z|[+-]\d\d:?\d\d)?)?$/

/** ISO 8601; a date alone is its midnight, no zone is UTC. */
function instantOf(cell: string): string | undefined {
  const [, date, time = '00:00', seconds = '00', fraction = '', zone = 'Z'] = isoInstant.exec(cell) ?? []
  if (date === undefined) return undefined
  const local = new Date(`${date}T${time}:${seconds}Z`)
  // Date takes 31 February for 3 March.
  if (Number.isNaN(local.getTime()) || !local.toISOString().startsWith(`${date}T${time}`)) return undefined
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? ['', '+', '00', '00']
  const offsetMs = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
  const utc = new Date(local.getTime() - offsetMs).toISOString()
  return utc.length === 24 ? `${utc.slice(0, 19)}.${fraction.slice(0, 6).padEnd(6, '0')}` : undefined
}

const listItem = /\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\s*(,|$)/y

/** `cat` is one label; `["cat", "dog"]` and `['cat', 'dog']` are two. Null for a list that cannot be read. */
export function labelsOf(value: Cell | undefined): string[] | null {
  if (value === undefined) return []
  if (Array.isArray(value)) return value.map(textOf)
  const cell = textOf(value)
  if (!cell.startsWith('[') || !cell.endsWith(']')) return [cell]
  const inside = cell.slice(1, -1)
  const labels: string[] = []
  listItem.lastIndex = 0
  for (let more = inside.trim() !== ''; more; ) {
    const item = listItem.exec(inside)
    if (!item) return null
    labels.push(unescaped(item[1] ?? item[2] ?? '').trim())
    more = item[3] === ',' && inside.slice(listItem.lastIndex).trim() !== ''
  }
  return labels
}

const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r' }
const unescaped = (text: string) =>
  text
    .replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, code, mark) =>
      code ? String.fromCharCode(Number.parseInt(code, 16)) : (escapes[mark] ?? mark),
    )
    .toWellFormed()
