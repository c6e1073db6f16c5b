// One batch from stored to recorded, timed; and what makes it stored again.
import assert from 'node:assert/strict'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import sql from 'sql-template-tag'
import type { Database } from '../../src/db/database.ts'
import type { Evaluate } from '../../src/monitoring/evaluate.ts'
import { recordBatch } from '../../src/monitoring/record.ts'
import { appendNotifications } from '../../src/notifications/append.ts'
import { monotonicMs } from '../support/load.ts'

const memoryEveryMs = 20

export interface Timed {
  seconds: number
  /** The longest time for which nothing else ran on the main thread. */
  heldMs: number
  peakMb: number
}

export async function timeBatch(
  db: Database,
  batchId: string,
  views: number,
  evaluate: Evaluate,
): Promise<Timed> {
  await forget(db, batchId)
  let peakBytes = 0
  const watching = setInterval(
    () => (peakBytes = Math.max(peakBytes, process.memoryUsage.rss())),
    memoryEveryMs,
  )
  const held = monitorEventLoopDelay({ resolution: 1 })
  held.enable()
  const begun = monotonicMs()
  const recorded = await record(db, batchId, evaluate)
  const seconds = (monotonicMs() - begun) / 1000
  held.disable()
  clearInterval(watching)
  assert.equal(recorded.views, views)
  assert.deepEqual(recorded.failures, [])
  assert.deepEqual(recorded.report.differences, [])
  return { seconds, heldMs: held.max / 1e6, peakMb: peakBytes / 2 ** 20 }
}

export const record = (db: Database, batchId: string, evaluate: Evaluate) =>
  db.transaction(async tx => {
    const recorded = await recordBatch(tx, batchId, evaluate)
    await appendNotifications(tx, recorded!.datasetId, recorded!.alertIds)
    return recorded!
  })

/** Only the first of them stay. */
export async function keepViews(db: Database, dataset: string, count: number): Promise<void> {
  await db.query(sql`
    delete from views where dataset_id = ${dataset} and substr(name, length('view ') + 1)::int >= ${count}`)
  await db.query(sql`vacuum analyze views`)
}

/** The batch as it was before it was recorded. */
export async function forget(db: Database, batchId: string): Promise<void> {
  await db.query(sql`delete from trend_points where batch_id = ${batchId}`)
  await db.query(sql`delete from alerts where batch_id = ${batchId}`)
  await db.query(sql`update batches set state = 'processed' where id = ${batchId}`)
  await db.query(sql`vacuum alerts, trend_points, notifications, views`)
}
