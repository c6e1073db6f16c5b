// A dataset that is made of what is in a bucket: it is made, and its first batch accepted, in one transaction.
import { createDataset, type Language } from '../../datasets/datasets.ts'
import type { Database } from '../../db/database.ts'
import { acceptBatch } from '../accept.ts'
import { openBatch, setSource } from '../store.ts'
import type { Sources } from './source.ts'

/** `path` is a URI, or one without its `s3://`. Throws the documented 400 when there is nothing to take. */
export const takeBucket =
  (db: Database, sources: Sources) =>
  async (
    {
      ownerId,
      name,
      language,
      path,
      assumeRole,
    }: { ownerId: string; name: string; language: Language; path: string; assumeRole: string | null },
    log: (why: string) => void,
  ): Promise<string> => {
    const uri = path.startsWith('s3://') ? path : `s3://${path}`
    await sources.require(uri, assumeRole, log)
    return db.transaction(async tx => {
      const datasetId = await createDataset(tx, { ownerId, name, language, sourceType: 'S3' })
      const batch = await openBatch(tx, { datasetId, userId: ownerId, withTransId: false })
      await setSource(tx, batch.id, { uri, assumeRole })
      await acceptBatch(tx, {
        batch,
        userId: ownerId,
        taskType: 'DATASET_CREATION',
        idempotencyKey: null,
        autoReindex: false,
      })
      return datasetId
    })
  }
