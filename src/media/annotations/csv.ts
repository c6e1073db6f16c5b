// Reads a CSV with a header, or a list of lines, row by row, and says which line is wrong.
import { pipeline } from 'node:stream/promises'
import { type Info, type Options, parse } from 'csv-parse'
import type { Collector } from './collect.ts'
import {
  type Columns,
  maxRows,
  missingColumns,
  namedColumns,
  type OnRow,
  type Row,
  type TableFile,
} from './table.ts'

/** An embedding of 4,096 numbers takes up to 100 kB. */
const maxRowBytes = 128 * 2 ** 10
const enough = new Error()

/** Calls `onRow` for every row that can be read. Columns of `known` are named in lower case, others as written. */
export async function readCsv(
  file: TableFile,
  columnsWanted: Columns,
  { fault }: Pick<Collector, 'fault'>,
  onRow: OnRow,
): Promise<void> {
  const work = async (rows: AsyncIterable<{ record: string[]; info: Info }>) => {
    let columns: string[] | undefined
    let count = 0
    for await (const { record, info } of rows) {
      const where = `line ${info.lines}`
      if (!columns) {
        const found = namedColumns(record, columnsWanted, problem => fault(where, problem))
        columns = found.columns
        if (found.missing.length === 0) continue
        fault(where, missingSentence(found.missing, record))
        throw enough
      }
      if (++count > maxRows) {
        fault(where, `The file has more than ${maxRows} rows; the rest was left out.`)
        throw enough
      }
      if (record.length !== columns.length)
        fault(where, `The row has ${record.length} cells instead of ${columns.length}.`)
      else if (record.some(cell => /[\0\ufffd]/.test(cell)))
        fault(where, 'The row is not UTF-8 text; save the file as UTF-8.')
      else {
        const waiting = onRow({ where, cells: cellsOf(columns, record) })
        if (waiting) await waiting
      }
    }
    if (!columns) fault('', 'The file is empty.')
  }
  await parseRows(file, {}, fault, work)
}

/** Calls `onRow` for every line that is not empty, as the only cell, `column`, of its row. */
export async function readLines(
  file: TableFile,
  column: string,
  { fault }: Pick<Collector, 'fault'>,
  onRow: OnRow,
): Promise<void> {
  // A separator that no line can have makes a line one cell.
  await parseRows(file, { delimiter: '\0', quote: false, escape: false }, fault, async rows => {
    let count = 0
    for await (const { record, info } of rows) {
      const where = `line ${info.lines}`
      const line = record[0]!.trim()
      if (++count > maxRows) {
        fault(where, `The file has more than ${maxRows} lines; the rest was left out.`)
        throw enough
      }
      if (record.length !== 1 || line.includes('\ufffd'))
        fault(where, 'The line is not UTF-8 text; save the file as UTF-8.')
      else if (line !== '') await onRow({ where, cells: new Map([[column, line]]) })
    }
  })
}

async function parseRows(
  file: TableFile,
  options: Options,
  fault: Collector['fault'],
  work: (rows: AsyncIterable<{ record: string[]; info: Info }>) => Promise<void>,
): Promise<void> {
  const parser = parse({
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: maxRowBytes,
    ...options,
  })
  // A row that is far too long is skipped once for each `maxRowBytes` of it.
  let skippedLine = 0
  parser.on('skip', ({ code, lines }: { code: string; lines: number }) => {
    if (lines !== skippedLine) fault(`line ${lines}`, skipReasons[code] ?? 'The row is not valid CSV.')
    skippedLine = lines
  })
  await pipeline(await file.open(), parser, work).catch(error => {
    if (error !== enough) throw error
  })
}

const skipReasons: Record<string, string> = {
  CSV_MAX_RECORD_SIZE: `The row is longer than ${maxRowBytes} bytes; perhaps a quotation mark is not closed.`,
  CSV_QUOTE_NOT_CLOSED: 'A quotation mark is not closed.',
  INVALID_OPENING_QUOTE: 'A quotation mark stands inside a cell; quote the whole cell and double the mark.',
  CSV_INVALID_CLOSING_QUOTE: 'Something follows a closing quotation mark; double the marks inside a cell.',
}

const missingSentence = (missing: string[], record: string[]) => {
  const other = record.length === 1 && /[;\t|]/.exec(record[0]!)?.[0]
  return other
    ? `The cells are separated by '${other === '\t' ? 'tab' : other}'; separate them by commas.`
    : missingColumns(missing)
}

function cellsOf(columns: string[], record: string[]): Row['cells'] {
  const cells: Row['cells'] = new Map()
  columns.forEach((column, i) => {
    const cell = record[i]!.trim()
    if (column !== '' && cell !== '') cells.set(column, cell)
  })
  return cells
}
