// What a processed batch leaves behind: a point per view, counters, and alerts where the rule says so. Everything
// happens in the caller's one transaction, so that a crash leaves all of it or nothing.
import type { Transaction } from '../db/database.ts'
import { decide } from './decide.ts'
import type { Evaluate, Report } from './evaluate.ts'
import type { Failure } from './monitored-view.ts'
import {
  clock,
  lockBatch,
  lockMonitoredViews,
  markEvaluated,
  writeAlerts,
  writeErrors,
  writePoints,
} from './store.ts'

export interface Recorded {
  datasetId: string
  /** In the order of the views; to be appended as notifications in the same transaction. */
  alertIds: string[]
  views: number
  failures: Failure[]
  report: Report
}

/**
 * Evaluates the batch against the views that existed when it was accepted. Returns undefined when that has been done
 * before, or the dataset was deleted: a retried or raced call changes nothing.
 */
export async function recordBatch(
  tx: Transaction,
  batchId: string,
  evaluate: Evaluate,
): Promise<Recorded | undefined> {
  const batch = await lockBatch(tx, batchId)
  if (!batch || batch.state === 'evaluated') return undefined
  if (batch.state !== 'processed') throw new Error(`Batch ${batchId} is ${batch.state}, not yet processed.`)

  const views = await lockMonitoredViews(tx, batch)
  const { evaluations, failures, report } = await evaluate(tx, batch, views)
  const at = await clock(tx)
  await writePoints(tx, batch, evaluations, at)
  await writeErrors(tx, batch, failures, at)
  const alerting = evaluations.filter(({ view, count }) => decide(view, count).alert)
  const alertIds = await writeAlerts(tx, batch, alerting, at)
  await markEvaluated(tx, batchId, at)
  return { datasetId: batch.dataset_id, alertIds, views: views.length, failures, report }
}
