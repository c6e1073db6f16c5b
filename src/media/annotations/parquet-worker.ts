// The thread in which a Parquet file is decoded. It says what columns there are; is told which are wanted; then answers
// each 'next' with a window of rows. What it cannot read it says in a sentence.
import { on } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import { asyncBufferFromFile, type Compressors, parquetMetadataAsync, parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import type { Cell } from './table.ts'

/** Rows that are JavaScript objects at once. */
const windowRows = 5_000
/** Of one column in one row group, packed: it is read as a whole. */
const maxChunkBytes = 64 * 2 ** 20
/** Unpacked; writers make pages of one megabyte. A page that claims more is a bomb. */
const maxPageBytes = 64 * 2 ** 20

export type Answer =
  | { columns: string[]; rows: number }
  | { window: (Cell | undefined)[][]; firstRow: number } // by wanted column, then by row
  | { done: true }
  | { fault: string }
export type Question = { wanted: string[]; maxRows: number } | 'next'

class BrokenTable extends Error {}

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
  const file = await asyncBufferFromFile(path)
  const metadata = await parquetMetadataAsync(file)
  for (const { columns } of metadata.row_groups)
    for (const { meta_data } of columns)
      if (Number(meta_data?.total_compressed_size ?? 0) > maxChunkBytes)
        throw new BrokenTable(
          `A column of one row group has more than ${maxChunkBytes} bytes; write the file with smaller row groups.`,
        )
  answer({ columns: topLevel(metadata.schema.slice(1)), rows: Number(metadata.num_rows) })
  const { wanted, maxRows } = (await asked()) as Exclude<Question, 'next'>
  let groupStart = 0
  for (const group of metadata.row_groups) {
    const groupEnd = groupStart + Number(group.num_rows)
    for (let rowStart = groupStart; rowStart < Math.min(groupEnd, maxRows); rowStart += windowRows) {
      await asked()
      const rowEnd = Math.min(rowStart + windowRows, groupEnd, maxRows)
      const options = { file, metadata, columns: wanted, compressors: bounded, useOffsetIndex: true }
      const rows = await parquetReadObjects({ ...options, rowStart, rowEnd })
      answer({ firstRow: rowStart, window: wanted.map(column => rows.map(row => cellOf(row[column]))) })
    }
    groupStart = groupEnd
  }
  await asked()
}

/** The schema is a tree written out depth first; a table's columns are the children of its root. */
function topLevel(elements: { name: string; num_children?: number }[]): string[] {
  const names: string[] = []
  let inside = 0
  for (const { name, num_children = 0 } of elements) {
    if (inside === 0) names.push(name)
    else inside--
    inside += num_children
  }
  return names
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
