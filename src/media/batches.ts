// A batch is what came in together: it is accepted, listed, processed and evaluated as a whole, once.
import type { Dataset, DatasetStatus } from '../datasets/datasets.ts'
import { problems } from '../lib/problems.ts'
import type { TaskType } from '../tasks/tasks.ts'

export { markIndexed, markProcessed, readBatch, recountDataset, requireInOrder } from './store.ts'

export type BatchState = 'open' | 'accepted' | 'listed' | 'processed' | 'evaluated'

export interface Batch {
  id: string
  dataset_id: string
  created_by: string | null
  state: BatchState
  trans_id: number | null
  auto_reindex: boolean
  accepted_seq: number | null
  /** What it is taken from; null: files were sent. */
  source_uri: string | null
  assume_role: string | null
  /** Objects of the source that the dataset had already. */
  n_known: number
}

/** One file as it was sent. */
export interface Upload {
  ordinal: number
  /** A safe relative path; for a refused file the name as far as it can be shown. */
  file_name: string
  bytes: number
  /** null: it was not taken; `refusal` says why. */
  storage_key: string | null
  refusal: string | null
}

interface Operation {
  /** How refusals name it. */
  name: string
  from: readonly DatasetStatus[]
  during: DatasetStatus
}

/** What may be started in which state of a dataset, and what the dataset shows meanwhile. */
export const operations: Record<Exclude<TaskType, 'CUSTOM_METADATA'>, Operation> = {
  DATASET_CREATION: { name: 'process_files', from: ['DRAFT', 'ERROR'], during: 'INDEXING' },
  MEDIA_ADDITION: { name: 'add_media', from: ['READY', 'PARTIAL INDEX'], during: 'READ ONLY' },
  REINDEX: { name: 'reindex', from: ['PARTIAL INDEX'], during: 'READ ONLY' },
}

/** Throws unless the operation may start now. Whether another one is running is for `openTask` to say. */
export function requireStartable(dataset: Dataset, { name, from }: Operation): void {
  if (!from.includes(dataset.status_new)) throw problems.wrongDatasetStatus(name, from, dataset.status_new)
}

/**
 * What the dataset shows after work on it failed or was aborted: what it showed before, except that a first
 * indexing which failed is an error, and media which did come in are not indexed yet.
 */
export function statusAfterFailure(
  taskType: TaskType,
  before: DatasetStatus,
  { outcome, itemsCameIn }: { outcome: 'FAILED' | 'ABORTED'; itemsCameIn: boolean },
): DatasetStatus {
  if (taskType === 'DATASET_CREATION') return outcome === 'FAILED' ? 'ERROR' : before
  return itemsCameIn ? 'PARTIAL INDEX' : before
}
