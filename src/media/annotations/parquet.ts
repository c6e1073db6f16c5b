// Reads a Parquet file in windows of rows, in a thread of its own: a file that a stranger damaged can make a decoder
// loop or grow without end, and a thread can be ended.
import { once } from 'node:events'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Collector } from './collect.ts'
import type { Answer, Question } from './parquet-worker.ts'
import {
  type Cell,
  type Columns,
  maxRows,
  missingColumns,
  namedColumns,
  type OnRow,
  type TableFile,
} from './table.ts'

/** A window of 5,000 rows takes well under a second. */
const windowTimeoutMs = 30_000
/** More than what the thread lets itself hold, and a window of rows; beyond it the thread ends, and not the server. */
const maxThreadMb = 320

export async function readParquet(
  file: TableFile,
  columns: Columns,
  { fault }: Pick<Collector, 'fault'>,
  onRow: OnRow,
): Promise<void> {
  const { path, release } = await file.local()
  const thread = new Worker(new URL(`./parquet-worker${extname(import.meta.url)}`, import.meta.url), {
    workerData: { path },
    resourceLimits: { maxOldGenerationSizeMb: maxThreadMb, maxYoungGenerationSizeMb: 8 },
  })
  try {
    await readRows(thread, columns, fault, onRow)
  } finally {
    await thread.terminate()
    await release()
  }
}

async function readRows(
  thread: Worker,
  wantedColumns: Columns,
  fault: Collector['fault'],
  onRow: OnRow,
): Promise<void> {
  const opened = await answerOf(thread)
  if ('fault' in opened) return fault('', opened.fault)
  if (!('columns' in opened)) return
  const { columns, missing } = namedColumns(opened.columns, wantedColumns, problem => fault('', problem))
  if (missing.length > 0) return fault('', missingColumns(missing))
  const names = columns.filter(name => name !== '')
  if (opened.rows > maxRows) fault('', `The file has more than ${maxRows} rows; the rest was left out.`)

  let question: Question = { wanted: opened.columns.filter((_, i) => columns[i] !== ''), maxRows }
  thread.postMessage(question)
  for (;;) {
    question = 'next'
    thread.postMessage(question)
    const said = await answerOf(thread)
    if ('fault' in said) return fault('', said.fault)
    if (!('window' in said)) return
    const rows = said.window[0]?.length ?? 0
    for (let i = 0; i < rows; i++) {
      const cells = new Map<string, Cell>()
      names.forEach((name, column) => {
        const cell = said.window[column]![i]
        if (cell !== undefined) cells.set(name, cell)
      })
      const waiting = onRow({ where: `row ${said.firstRow + i + 1}`, cells })
      if (waiting) await waiting
    }
  }
}

async function answerOf(thread: Worker): Promise<Answer> {
  const given = AbortSignal.timeout(windowTimeoutMs)
  try {
    const [said] = (await once(thread, 'message', { signal: given })) as [Answer]
    return said
  } catch {
    return {
      fault: given.aborted
        ? `The Parquet file took longer than ${windowTimeoutMs / 1000} s to decode; write it with smaller row groups.`
        : 'The Parquet file is damaged, or needs more memory than there is; write it with smaller row groups.',
    }
  }
}
