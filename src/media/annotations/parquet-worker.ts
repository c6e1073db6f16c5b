// The thread in which a Parquet file is decoded. It says what columns there are; is told which are wanted; then answers
// each 'next' with a window of rows. What it cannot read it says in a sentence.
import { on } from 'node:events'
import { open } from 'node:fs/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { asyncBufferFromFile, type Compressors, parquetMetadataAsync, parquetSchema } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { type TableColumn, tableColumn } from './parquet-column.ts'
import { BrokenTable, maxPageBytes } from './parquet-pages.ts'
import type { Cell } from './table.ts'

/** Rows that are JavaScript objects at once; those with lists may be long. */
const windowRows = 5_000
const windowRowsWithLists = 500
/** Of the pages and dictionaries of all columns: 5,000,000 numbers in lists, or a million texts. */
const maxHeldBytes = 192 * 2 ** 20

export type Answer =
  | { columns: string[]; rows: number }
  | { window: (Cell | undefined)[][]; firstRow: number } // by wanted column, then by row
  | { done: true }
  | { fault: string }
export type Question = { wanted: string[]; maxRows: number } | 'next'

const port = parentPort!
const answer = (said: Answer) => port.postMessage(said)
const questions = on(port, 'message') // keeps what comes before it is asked for
const asked = async () => (await questions.next()).value![0] as Question

const bounded: Compressors = Object.fromEntries(
  Object.entries(compressors).map(([codec, unpack]) => [
    codec,
    (input: Uint8Array, outputLength: number) => {
      if (outputLength > maxPageBytes)
        throw new BrokenTable('A page of the Parquet file unpacks to far more than it should.')
      return unpack(input, outputLength)
    },
  ]),
)

try {
  await read((workerData as { path: string }).path)
  answer({ done: true })
} catch (error) {
  const known = error instanceof BrokenTable
  answer({
    fault: known
      ? error.message
      : 'The Parquet file is damaged, cut off, or packed in a way that is not known.',
  })
}

async function read(path: string): Promise<void> {
  const metadata = await parquetMetadataAsync(await asyncBufferFromFile(path))
  const schema = parquetSchema(metadata)
  answer({
    columns: schema.children.map(({ element }) => element.name),
    rows: Number(metadata.num_rows),
  })
  const { wanted, maxRows } = (await asked()) as Exclude<Question, 'next'>
  const file = await open(path)
  try {
    let groupStart = 0
    for (const group of metadata.row_groups) {
      const rows = Number(group.num_rows)
      const hold = holder()
      const columns = wanted.map(name => tableColumn(file, group, schema, name, bounded, hold))
      await readGroup(columns, groupStart, Math.min(groupStart + rows, maxRows))
      groupStart += rows
    }
  } finally {
    await file.close()
  }
  await asked()
}

async function readGroup(columns: TableColumn[], start: number, end: number): Promise<void> {
  const most = columns.some(({ isFlat }) => !isFlat) ? windowRowsWithLists : windowRows
  for (let row = start; row < end; ) {
    await asked()
    let rows = Math.min(most, end - row)
    for (const column of columns) rows = Math.min(rows, await column.ready())
    if (rows === 0) throw new BrokenTable('The Parquet file has fewer rows than it says.')
    answer({ firstRow: row, window: columns.map(column => Array.from(column.take(rows), cellOf)) })
    row += rows
  }
}

/** Adds up what the columns of a row group say that they take. */
function holder(): (column: string, bytes: number) => void {
  const held = new Map<string, number>()
  let heldBytes = 0
  return (column, bytes) => {
    heldBytes += bytes - (held.get(column) ?? 0)
    held.set(column, bytes)
    if (heldBytes > maxHeldBytes)
      throw new BrokenTable(
        `The pages of the Parquet file would take more than ${maxHeldBytes} bytes of memory; write smaller pages, or smaller row groups.`,
      )
  }
}

/** Undefined for what is empty, or has no place in a cell. */
function cellOf(value: unknown): Cell | undefined {
  if (typeof value === 'string') return value.trim() || undefined
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString()
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value === 'boolean') return value
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    // A list keeps its holes, so that what reads it can say that there are some.
    return Array.from(value as ArrayLike<unknown>, one => cellOf(one) ?? '')
  }
  return value === null || value === undefined ? undefined : JSON.stringify(value, plain)
}

/** JSON has no integers of 64 bits. */
function plain(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value
}
