// A table, whatever it is written in: rows of named cells, one after the other, with what is wrong in each.
import type { Readable } from 'node:stream'
import type { LocalFile } from '../local-file.ts'

export interface TableFile {
  /** Its safe relative path; the ending says how to read it. */
  path: string
  /** A fresh stream of the whole file at each call. */
  open: () => Promise<Readable>
  /** The file as one on this machine's disk, until it is released. */
  local: () => Promise<LocalFile>
}

/** CSV has text alone; Parquet has types of its own. */
export type Cell = string | number | boolean | Date | Cell[]

export interface Row {
  /** `line 7`, `row 7`: where it ends in the file. */
  where: string
  /** By column; texts are trimmed, and there are no empty cells. */
  cells: Map<string, Cell>
}

export interface Columns {
  /** Named in lower case, in whatever case they are written; other columns keep their names. */
  known: readonly string[]
  required: readonly string[]
  /** Other names of known columns. */
  aliases?: Record<string, string>
}

export type OnRow = (row: Row) => void | Promise<void>

/** Above the largest public data sets' files; a batch takes fewer items anyway. */
export const maxRows = 2_000_000
export const maxColumns = 200

/** The column names of a table as they are read; '' is a column that is not. */
export function namedColumns(
  header: string[],
  { known, required, aliases = {} }: Columns,
  fault: (problem: string) => void,
): { columns: string[]; missing: string[] } {
  const names = header.map(cell => {
    const name = cell.trim()
    const plain = aliases[name.toLowerCase()] ?? name.toLowerCase()
    return known.includes(plain) ? plain : name
  })
  if (names.length > maxColumns) fault(`Only the first ${maxColumns} columns are read.`)
  const columns = names.map((name, i) => {
    const usable = i < maxColumns && !/[\0\ufffd]/.test(name)
    if (usable && name !== '' && names.indexOf(name) < i) {
      fault(`The column '${name}' is there twice; only the first is read.`)
      return ''
    }
    return usable ? name : ''
  })
  return { columns, missing: required.filter(column => !columns.includes(column)) }
}

export const missingColumns = (missing: string[]): string =>
  `The column ${missing.map(name => `'${name}'`).join(', ')} is missing.`
