// Changes that take a place in the dataset's order of events: a view watches the batches accepted after it.
import { lockDataset, nextEventSeq } from '../datasets/datasets.ts'
import type { Database, Transaction } from '../db/database.ts'
import { problems } from '../lib/problems.ts'
import type { Captured } from './capture.ts'
import { insertViewVectors } from './saved-vectors.ts'
import { countViews, findView, insertView, type NewView, startMonitoring, stopMonitoring } from './store.ts'
import type { View } from './view.ts'

/** A batch is evaluated against all of them in one transaction: 10,000 views take PostgreSQL 25 s on 10,000 items. */
export const maxViewsPerDataset = 20_000

/** Throws `viewNameTaken`, `tooManyViews`. */
export function saveView(db: Database, view: Omit<NewView, 'seq'>, captured: Captured[]): Promise<View> {
  return db.transaction(async tx => {
    const seq = await nextSeq(tx, view.datasetId)
    if ((await countViews(tx, view.datasetId)) >= maxViewsPerDataset)
      throw problems.tooManyViews(maxViewsPerDataset)
    const saved = await insertView(tx, { ...view, seq })
    if (!saved) throw problems.viewNameTaken(view.name)
    await insertViewVectors(tx, saved.id, captured)
    return saved
  })
}

/** Off stops evaluation, on again starts from now. Throws `viewNotFound`. */
export async function switchMonitoring(
  db: Database,
  datasetId: string,
  viewId: string,
  enabled: boolean,
): Promise<View> {
  const change = async (tx: Transaction) => {
    if (enabled) await startMonitoring(tx, datasetId, viewId, await nextSeq(tx, datasetId))
    else await stopMonitoring(tx, datasetId, viewId)
    const view = await findView(tx, datasetId, viewId)
    if (!view) throw problems.viewNotFound()
    return view
  }
  return db.transaction(change)
}

async function nextSeq(tx: Transaction, datasetId: string): Promise<number> {
  // It may have been deleted since the caller's role was read.
  if (!(await lockDataset(tx, datasetId))) throw problems.datasetNotFound()
  return nextEventSeq(tx, datasetId)
}
