// Where a dataset's bytes are, and how they go when it goes.
import type { Queryable } from '../db/database.ts'
import type { Storage } from './storage.ts'
import { abandonedBatches, removeOpenBatch } from './store.ts'

interface InDataset {
  id: string
  dataset_id: string
}

/** What was sent, as it was sent. */
export const uploadFolder = (batch: InDataset): string => `uploads/${batch.dataset_id}/${batch.id}`
/** What was unpacked from archives. */
export const itemFolder = (batch: InDataset): string => `items/${batch.dataset_id}/${batch.id}`
export const thumbnailFolder = (batch: InDataset): string => `thumbs/${batch.dataset_id}/${batch.id}`
export const thumbnailKey = (batch: InDataset, ordinal: number): string =>
  `${thumbnailFolder(batch)}/${ordinal}.jpeg`
/** Where it may be: version 0.1 wrote WebP. */
export const thumbnailPlaces = (batch: InDataset, ordinal: number) =>
  ['jpeg', 'webp'].map(ending => ({ key: `${thumbnailFolder(batch)}/${ordinal}.${ending}`, ending }))

/** Removes every byte of a dataset from storage; call it once the deletion has committed. */
export async function forgetMedia(storage: Storage, datasetId: string): Promise<void> {
  for (const folder of ['uploads', 'items', 'thumbs']) await storage.remove(`${folder}/${datasetId}`)
}

/** An upload takes hours at worst, and a person who comes back to a transaction comes back within days. */
const abandonedAfterMs = 7 * 24 * 3600 * 1000

/** Removes uploads that were begun and never processed, among them those that a crash cut off. */
export async function removeAbandonedUploads(
  db: Queryable,
  storage: Storage,
  olderThanMs = abandonedAfterMs,
): Promise<void> {
  for (const batch of await abandonedBatches(db, olderThanMs))
    if (await removeOpenBatch(db, batch.id)) await storage.remove(uploadFolder(batch))
}
