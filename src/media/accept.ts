// Acceptance: files that are safely stored become work, in one transaction. After its commit nothing sent is lost.
import { lockDataset, nextEventSeq, setDatasetStatus } from '../datasets/datasets.ts'
import type { Queryable, Transaction } from '../db/database.ts'
import { type Problem, problems } from '../lib/problems.ts'
import { openTask, openTaskOf, type Task } from '../tasks/tasks.ts'
import { isIndexedBy, type Vectors } from '../vectors/vectors.ts'
import { type Batch, operations, requireStartable } from './batches.ts'
import {
  type Accepted,
  acceptedByKey,
  hasContent,
  hasEmbeddingConfig,
  lockBatch,
  markAccepted,
  markReaccepted,
  readBatch,
  taskOfBatch,
} from './store.ts'

export interface Acceptance {
  batch: Batch
  userId: string
  taskType: 'DATASET_CREATION' | 'MEDIA_ADDITION'
  idempotencyKey: string | null
  autoReindex: boolean
}

/**
 * Makes the batch work for the worker. When the same request was accepted before — by its Idempotency-Key, or the
 * batch itself — that answer is returned, and `batchId` may be another batch than the one given.
 * Throws 409 while another operation runs in the dataset, and 400 or 409 when its state does not allow this one.
 */
export async function acceptBatch(tx: Transaction, acceptance: Acceptance): Promise<Accepted> {
  const { batch, userId, taskType, idempotencyKey: key, autoReindex } = acceptance
  const operation = operations[taskType]
  // Everything below happens under the dataset's lock, one acceptance after the other.
  const dataset = await lockDataset(tx, batch.dataset_id)
  if (!dataset) throw problems.datasetNotFound()
  const before =
    (key && (await acceptedByKey(tx, { datasetId: dataset.id, userId, key }))) ||
    (await acceptedAsItself(tx, batch.id))
  if (before) return before

  // The documented 400: media are added to a dataset that was indexed once.
  if (taskType === 'MEDIA_ADDITION' && !(await hasEmbeddingConfig(tx, dataset.id)))
    throw problems.notIndexed(dataset.id)
  if (!(await hasContent(tx, batch.id))) throw problems.nothingUploaded()
  const taskId = await openTask(tx, {
    datasetId: dataset.id,
    batchId: batch.id,
    createdBy: userId,
    taskType,
    statusBefore: dataset.status_new,
    operation: operation.name,
  })
  requireStartable(dataset, operation)
  await markAccepted(tx, batch.id, { seq: await nextEventSeq(tx, dataset.id), key, autoReindex })
  await setDatasetStatus(tx, dataset.id, operation.during, { progress: 0 })
  return { batchId: batch.id, taskId }
}

async function acceptedAsItself(tx: Transaction, batchId: string): Promise<Accepted | undefined> {
  const batch = await lockBatch(tx, batchId)
  if (!batch) throw problems.transactionNotFound()
  if (batch.state === 'open') return undefined
  return { batchId, taskId: (await taskOfBatch(tx, batchId))! }
}

/** What `acceptBatch` would refuse after the whole upload, told early; that one is what holds in a race. */
export async function foreseenRefusal(db: Queryable, datasetId: string): Promise<Problem | undefined> {
  if (!(await hasEmbeddingConfig(db, datasetId))) return problems.notIndexed(datasetId)
  const running = await openTaskOf(db, datasetId)
  return running && problems.operationBlocked(operations.MEDIA_ADDITION.name, running.task_type)
}

/**
 * Queues a reindex; returns the task's id. Throws 409 unless the dataset is PARTIAL INDEX, or READY and indexed by other
 * models than these.
 */
export async function reindexDataset(
  tx: Transaction,
  { datasetId, userId, vectors }: { datasetId: string; userId: string; vectors: Vectors },
): Promise<string> {
  const dataset = await lockDataset(tx, datasetId)
  if (!dataset) throw problems.datasetNotFound()
  const taskId = await openTask(tx, {
    datasetId,
    batchId: null,
    createdBy: userId,
    taskType: 'REINDEX',
    statusBefore: dataset.status_new,
    operation: operations.REINDEX.name,
  })
  if (dataset.status_new !== 'READY' || isIndexedBy(vectors, dataset))
    requireStartable(dataset, operations.REINDEX)
  await setDatasetStatus(tx, datasetId, operations.REINDEX.during, { progress: 0 })
  return taskId
}

/** Before a failed or aborted task runs again. The batch keeps the items it has, and is accepted anew. */
export async function acceptAgain(tx: Transaction, task: Task): Promise<{ statusBefore: string }> {
  const dataset = await lockDataset(tx, task.dataset_id)
  if (!dataset) throw problems.datasetNotFound()
  const operation = operations[task.task_type as keyof typeof operations]
  // A reindex is tried again from wherever it was allowed to start.
  const isAsBefore = task.task_type === 'REINDEX' && dataset.status_new === task.status_before
  if (!isAsBefore) requireStartable(dataset, operation)
  const batch = task.batch_id ? await readBatch(tx, task.batch_id) : undefined
  // An evaluated batch is evaluated for good; only what came after it is done again.
  if (batch && batch.state !== 'evaluated')
    await markReaccepted(tx, batch, await nextEventSeq(tx, dataset.id))
  await setDatasetStatus(tx, dataset.id, operation.during, { progress: 0 })
  return { statusBefore: dataset.status_new }
}
