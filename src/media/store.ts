import sql, { type Sql } from 'sql-template-tag'
import type { EmbeddingConfig } from '../datasets/datasets.ts'
import type { Queryable, Transaction } from '../db/database.ts'
import type { Batch, BatchState, Upload } from './batches.ts'

const columns: Sql = sql`
  id, dataset_id, created_by, state, trans_id, auto_reindex, accepted_seq, source_uri, assume_role, n_known`

/** Makes room for files to arrive. It is not work yet. */
export async function openBatch(
  db: Queryable,
  { datasetId, userId, withTransId }: { datasetId: string; userId: string; withTransId: boolean },
): Promise<Batch> {
  const transId = withTransId ? sql`nextval('trans_id_seq')` : sql`null`
  const [batch] = await db.query<Batch>(sql`
    insert into batches (dataset_id, created_by, trans_id) values (${datasetId}, ${userId}, ${transId})
    returning ${columns}`)
  return batch!
}

export async function readBatch(db: Queryable, batchId: string): Promise<Batch | undefined> {
  const [batch] = await db.query<Batch>(sql`select ${columns} from batches where id = ${batchId}`)
  return batch
}

export async function lockBatch(tx: Transaction, batchId: string): Promise<Batch | undefined> {
  const [batch] = await tx.query<Batch>(sql`
    select ${columns} from batches where id = ${batchId} for update`)
  return batch
}

export async function batchOfTransaction(
  db: Queryable,
  datasetId: string,
  transId: number,
): Promise<Batch | undefined> {
  const [batch] = await db.query<Batch>(sql`
    select ${columns} from batches where dataset_id = ${datasetId} and trans_id = ${transId}`)
  return batch
}

export interface Accepted {
  batchId: string
  taskId: string
}

/** What the same request was answered before. */
export async function acceptedByKey(
  db: Queryable,
  { datasetId, userId, key }: { datasetId: string; userId: string; key: string },
): Promise<Accepted | undefined> {
  const [accepted] = await db.query<Accepted>(sql`
    select batches.id as "batchId", tasks.id as "taskId" from batches join tasks on tasks.batch_id = batches.id
    where batches.dataset_id = ${datasetId} and batches.created_by = ${userId} and idempotency_key = ${key}`)
  return accepted
}

/** The task that a batch was accepted as. */
export async function taskOfBatch(db: Queryable, batchId: string): Promise<string | undefined> {
  const [task] = await db.query<{ id: string }>(sql`select id from tasks where batch_id = ${batchId}`)
  return task?.id
}

/** Adds files after those that the batch has; the transaction holds the batch. */
export async function addUploads(
  tx: Transaction,
  batchId: string,
  uploads: Omit<Upload, 'ordinal'>[],
): Promise<void> {
  await tx.query(sql`
    insert into uploads (batch_id, ordinal, file_name, bytes, storage_key, refusal)
    select ${batchId}, next + row - 1, file_name, bytes, storage_key, refusal
    from jsonb_to_recordset(${JSON.stringify(uploads.map((upload, i) => ({ ...upload, row: i + 1 })))}::jsonb)
           as sent (row integer, file_name text, bytes bigint, storage_key text, refusal text),
         (select coalesce(max(ordinal) + 1, 0) as next from uploads where batch_id = ${batchId}) as last`)
}

/** Says what the batch is taken from, instead of files that are sent. */
export async function setSource(
  tx: Transaction,
  batchId: string,
  { uri, assumeRole }: { uri: string; assumeRole: string | null },
): Promise<void> {
  await tx.query(sql`
    update batches set source_uri = ${uri}, assume_role = ${assumeRole} where id = ${batchId}`)
}

/** Whether the batch has anything to work on: files that were sent, or a source. */
export async function hasContent(db: Queryable, batchId: string): Promise<boolean> {
  const [row] = await db.query<{ has: boolean }>(sql`
    select source_uri is not null or exists (select from uploads where batch_id = ${batchId}) as has
    from batches where id = ${batchId}`)
  return row?.has ?? false
}

/** Before a source is listed, or listed again after a crash: what an attempt that was cut off wrote. */
export async function forgetListing(tx: Transaction, batchId: string): Promise<void> {
  await tx.query(sql`delete from items where batch_id = ${batchId}`)
  await tx.query(sql`delete from vector_tiles where batch_id = ${batchId}`)
  await tx.query(sql`
    delete from task_problems where task_id in (select id from tasks where batch_id = ${batchId})`)
}

export async function setKnown(tx: Transaction, batchId: string, count: number): Promise<void> {
  await tx.query(sql`update batches set n_known = ${count} where id = ${batchId}`)
}

/** In the order in which they were sent. */
export function uploadsOf(db: Queryable, batchId: string): Promise<Upload[]> {
  return db.query<Upload>(sql`
    select ordinal, file_name, bytes, storage_key, refusal from uploads
    where batch_id = ${batchId} order by ordinal`)
}

export async function markAccepted(
  tx: Transaction,
  batchId: string,
  accepted: { seq: number; key: string | null; autoReindex: boolean },
): Promise<void> {
  await tx.query(sql`
    update batches
    set state = 'accepted', accepted_seq = ${accepted.seq}, accepted_at = clock_timestamp(),
        idempotency_key = ${accepted.key}, auto_reindex = ${accepted.autoReindex}
    where id = ${batchId}`)
}

/** Accepted anew: evaluated against the views that exist now, and what could not be read is tried again. */
export async function markReaccepted(tx: Transaction, batch: Batch, seq: number): Promise<void> {
  const state: BatchState = batch.state === 'accepted' ? 'accepted' : 'listed'
  await tx.query(sql`
    update batches set state = ${state}, accepted_seq = ${seq}, accepted_at = clock_timestamp()
    where id = ${batch.id}`)
  await tx.query(sql`
    update items set state = 'pending', failure = null where batch_id = ${batch.id} and state = 'failed'`)
}

export async function markListed(tx: Transaction, batchId: string): Promise<void> {
  await tx.query(sql`update batches set state = 'listed' where id = ${batchId} and state = 'accepted'`)
}

/** Every item is ready or failed: nothing of the batch changes any more. */
export async function markProcessed(tx: Queryable, batchId: string): Promise<void> {
  await tx.query(sql`update batches set state = 'processed' where id = ${batchId} and state = 'listed'`)
}

/** Removes a batch that never became work. False: it did, or was removed before. */
export async function removeOpenBatch(db: Queryable, batchId: string): Promise<boolean> {
  const removed = await db.query(sql`
    delete from batches where id = ${batchId} and state = 'open' returning id`)
  return removed.length > 0
}

export async function isRecorded(db: Queryable, batchId: string, storageKey: string): Promise<boolean> {
  const found = await db.query(sql`
    select from uploads where batch_id = ${batchId} and storage_key = ${storageKey}`)
  return found.length > 0
}

/** Batches whose files stopped arriving so long ago that nobody will finish them. */
export function abandonedBatches(db: Queryable, olderThanMs: number): Promise<Batch[]> {
  return db.query<Batch>(sql`
    select ${columns} from batches
    where state = 'open' and created_at < clock_timestamp() - ${olderThanMs}::float8 * interval '1 millisecond'`)
}

/** null until the first indexing. */
export async function hasEmbeddingConfig(db: Queryable, datasetId: string): Promise<boolean> {
  const [row] = await db.query<{ has: boolean }>(sql`
    select embedding_config is not null as has from datasets where id = ${datasetId}`)
  return row?.has ?? false
}

/** Whether any item of the batch can be seen, that is, was read. */
export async function hasReadyItems(db: Queryable, batchId: string): Promise<boolean> {
  const [row] = await db.query<{ has: boolean }>(sql`
    select exists (select from items where batch_id = ${batchId} and state = 'ready') as has`)
  return row!.has
}

/** Sets the dataset's counts to what is in it. */
export async function recountDataset(tx: Transaction, datasetId: string): Promise<void> {
  await tx.query(sql`
    update datasets set n_images = images, n_objects = objects, n_videos = videos
    from (
      select count(*) filter (where kind = 'IMAGE') as images, count(*) filter (where kind = 'OBJECT') as objects,
             count(*) filter (where kind = 'VIDEO') as videos
      from items where dataset_id = ${datasetId} and state = 'ready') as counted
    where id = ${datasetId}`)
}

/** From now on media can be added; the models are those that indexed it last. */
export async function markIndexed(
  tx: Transaction,
  datasetId: string,
  embedding: EmbeddingConfig,
): Promise<void> {
  await tx.query(sql`
    update datasets set embedding_config = ${JSON.stringify(embedding)} where id = ${datasetId}`)
}

/** Throws when a batch that was accepted later has been evaluated already: the order is a promise. */
export async function requireInOrder(tx: Transaction, batch: Batch): Promise<void> {
  const later = await tx.query(sql`
    select from batches where dataset_id = ${batch.dataset_id} and state = 'evaluated'
      and accepted_seq > (select accepted_seq from batches where id = ${batch.id})
    limit 1`)
  if (later.length > 0) throw new Error(`Batch ${batch.id} would be evaluated after a later one.`)
}
