// Media leave a dataset one by one or batch by batch. Rows go first; bytes after that has committed, so that a crash in
// between costs disk and never a picture that is still shown. Points, alerts and counts of views say what was, and stay.
import { lockDataset } from '../datasets/datasets.ts'
import type { Database, Transaction } from '../db/database.ts'
import { problems } from '../lib/problems.ts'
import { openTaskOf } from '../tasks/tasks.ts'
import { deleteItem, deleteItems } from './delete-items.ts'
import { itemFolder, thumbnailFolder, thumbnailPlaces, uploadFolder } from './forget.ts'
import type { Storage } from './storage.ts'
import { readBatch, recountDataset } from './store.ts'

export interface Removal {
  db: Database
  storage: Storage
}

/** Removes a picture with the objects on it, an object, a video with its frames, or a frame. Throws 404 and 409. */
export async function removeMedia(
  { db, storage }: Removal,
  datasetId: string,
  mediaId: string,
): Promise<void> {
  const removed = await changing(db, datasetId, tx => deleteItem(tx, datasetId, mediaId))
  if (removed.length === 0) throw problems.mediaNotFound()
  for (const { batch_id, dataset_id, ordinal, storage_key } of removed) {
    if (storage_key !== null) await storage.remove(storage_key)
    for (const { key } of thumbnailPlaces({ id: batch_id, dataset_id }, ordinal)) await storage.remove(key)
  }
}

/** Removes all that came in with a batch. */
export async function removeBatch(
  { db, storage }: Removal,
  datasetId: string,
  batchId: string,
): Promise<void> {
  const batch = await readBatch(db, batchId)
  if (batch?.dataset_id !== datasetId.toLowerCase()) throw problems.batchNotFound()
  await changing(db, datasetId, tx => deleteItems(tx, batch.dataset_id, batch.id))
  for (const folder of [uploadFolder(batch), itemFolder(batch), thumbnailFolder(batch)])
    await storage.remove(folder)
}

/** As every other operation: not while another one changes the dataset. */
async function changing<T>(
  db: Database,
  datasetId: string,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  return db.transaction(async tx => {
    if (!(await lockDataset(tx, datasetId))) throw problems.datasetNotFound()
    const running = await openTaskOf(tx, datasetId)
    if (running) throw problems.operationBlocked('delete', running.task_type)
    const result = await work(tx)
    await recountDataset(tx, datasetId)
    return result
  })
}
