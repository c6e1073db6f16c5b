// How work on media ends, in words and in the dataset's status.
import { type DatasetStatus, setDatasetStatus } from '../datasets/datasets.ts'
import type { Transaction } from '../db/database.ts'
import type { Task } from '../tasks/tasks.ts'
import { statusAfterFailure } from './batches.ts'
import type { ImageCounts } from './items.ts'
import { hasReadyItems, recountDataset } from './store.ts'

const mediaFiles = (count: number) => (count === 1 ? '1 media file' : `${count} media files`)

/**
 * What a completed task says; `known` counts what the dataset had already, `problems` everything that was not taken in,
 * files and rows.
 */
export const additionSummary = (ready: number, known: number, problems: number): string =>
  [
    `Added ${mediaFiles(ready)}`,
    ...(known > 0 ? [`${known} ${known === 1 ? 'was' : 'were'} there already`] : []),
    ...(problems > 0 ? [`see its problems (${problems})`] : []),
  ].join('; ')

/** A batch of which nothing could be read fails: nobody sent it for that. A source without anything new is well. */
export const isInVain = ({ ready, failed }: ImageCounts, known: number): boolean =>
  ready === 0 && (failed > 0 || known === 0)

export function nothingReadable(failed: number): string {
  if (failed === 0)
    return 'There are no media files in it; send pictures, an archive of them, or a folder that holds some.'
  if (failed === 1) return 'The only file could not be read; its problem says why. Mend it and send it again.'
  return `None of the ${failed} files could be read; the problems name each. Mend them and send them again.`
}

/** Nobody's media are at fault. */
export const storageFull =
  'The disk of the server is full. What came in stays; make room, then retry the task.'

/** Puts the dataset back after its task failed or was aborted. Media that came in stay, and are counted. */
export async function undoAddition(
  tx: Transaction,
  task: Task,
  { status: outcome, message }: { status: 'FAILED' | 'ABORTED'; message: string },
): Promise<void> {
  const before = task.status_before as DatasetStatus
  const itemsCameIn = task.batch_id !== null && (await hasReadyItems(tx, task.batch_id))
  await recountDataset(tx, task.dataset_id)
  const status = statusAfterFailure(task.task_type, before, { outcome, itemsCameIn })
  await setDatasetStatus(tx, task.dataset_id, status, { fatalError: status === 'ERROR' ? message : null })
}
