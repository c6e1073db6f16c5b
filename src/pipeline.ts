// THE PATH: which step follows which, from media that came in to people who are told. Each step can be repeated: a
// crash anywhere resumes at the step, or the item, where it was, and leaves the same rows as an undisturbed run.
//
//   accepted ─ list ─► listed ─ measure, compare ─► processed ─ record ─► evaluated ─ (reindex)
import type { FastifyBaseLogger } from 'fastify'
import { findDataset, lockDataset, setDatasetStatus } from './datasets/datasets.ts'
import type { Database, Transaction } from './db/database.ts'
import type { Metrics } from './lib/metrics.ts'
import { acceptAgain } from './media/accept.ts'
import {
  type Batch,
  markIndexed,
  markProcessed,
  readBatch,
  recountDataset,
  requireInOrder,
} from './media/batches.ts'
import { embedMissing } from './media/embed-missing.ts'
import { forgetMedia } from './media/forget.ts'
import { countMedia } from './media/items.ts'
import { listBatch } from './media/list-batch.ts'
import type { Measuring } from './media/measure/measuring.ts'
import { measureBatch } from './media/measure-batch.ts'
import { compareBatch, compareDataset } from './media/neighbours/compare.ts'
import { additionSummary, isInVain, nothingReadable, storageFull, undoAddition } from './media/outcome.ts'
import type { Sources } from './media/sources/source.ts'
import { isFull, type Storage } from './media/storage.ts'
import type { VideoSettings } from './media/video/ffmpeg.ts'
import { sampleVideos } from './media/video/sample-videos.ts'
import type { Evaluate } from './monitoring/evaluate.ts'
import { recordBatch } from './monitoring/record.ts'
import { noteReport, tellReport } from './monitoring/report.ts'
import { appendNotifications } from './notifications/append.ts'
import {
  Interrupted,
  TaskFailed,
  type TaskHandler,
  type TaskKind,
  type TaskKinds,
  type TaskRun,
} from './tasks/run.ts'
import { completeTask, countProblems } from './tasks/tasks.ts'
import { embeddingConfig, isIndexedBy, type Vectors } from './vectors/vectors.ts'
import { tagsNamed } from './views/tags/name-tags.ts'

/** `measured` is once per chunk, `commit` is the last moment at which `record` can still be undone. */
export type Step = 'list' | 'measure' | 'measured' | 'compare' | 'record' | 'commit' | 'reindex' | 'done'

export interface PathParts {
  db: Database
  storage: Storage
  vectors: Vectors
  measuring: Measuring
  sources: Sources
  video: VideoSettings
  evaluate: Evaluate
  metrics: Metrics
  logger: FastifyBaseLogger
  /** Tests stop or kill the process here. */
  onStep?: (step: Step) => void | Promise<void>
}

export function createPath({
  db,
  storage,
  vectors,
  measuring,
  sources,
  video,
  evaluate,
  metrics,
  logger,
  onStep = () => {},
}: PathParts): TaskKinds {
  const before = async (run: TaskRun, step: Step) => {
    run.signal.throwIfAborted()
    await onStep(step)
  }

  async function takeBatchIn(run: TaskRun): Promise<void> {
    const current = async (): Promise<Batch> => {
      const batch = await readBatch(db, run.task.batch_id!)
      if (!batch) throw new Interrupted('lost') // its dataset was deleted
      return batch
    }
    let batch = await current()
    if (batch.state === 'accepted') {
      await before(run, 'list')
      await listBatch({ db, storage, sources, tagsNamed }, run, batch)
      batch = await current()
    }
    if (batch.state === 'listed') {
      await before(run, 'measure')
      await sampleVideos({ db, storage, sources, video }, run, batch)
      await measureBatch({ db, storage, vectors, measuring, sources, onStep }, run, batch)
      const counts = await countMedia(db, batch.id)
      if (isInVain(counts, batch.n_known)) throw new TaskFailed(nothingReadable(counts.failed))
      await before(run, 'compare')
      await compareBatch({ db, vectors }, run, batch)
      await db.transaction(async tx => {
        await run.hold(tx)
        await markProcessed(tx, batch.id)
      })
      batch = await current()
    }
    if (batch.state === 'processed') {
      await before(run, 'record')
      await record(run, batch)
    }
    if (batch.auto_reindex) {
      await before(run, 'reindex')
      await reindex(run, tx => summary(tx, run.task.id, batch))
    }
    await onStep('done')
  }

  /** Everything a batch changes for people becomes visible in this one transaction. */
  async function record(run: TaskRun, batch: Batch): Promise<void> {
    const recorded = await db.transaction(async tx => {
      // The dataset first: who deletes it, or changes its members, waits here and not in the middle.
      if (!(await lockDataset(tx, batch.dataset_id))) throw new Interrupted('lost')
      await run.hold(tx)
      await requireInOrder(tx, batch)
      const recorded = await recordBatch(tx, batch.id, evaluate)
      if (recorded) await noteReport(tx, run.task.id, recorded)
      await recountDataset(tx, batch.dataset_id)
      if (run.task.task_type === 'DATASET_CREATION') {
        await markIndexed(tx, batch.dataset_id, await embeddingConfig(tx, vectors, batch.dataset_id))
        await setDatasetStatus(tx, batch.dataset_id, 'READY', { progress: 100 })
      } else if (!batch.auto_reindex) {
        // Otherwise it stays READ ONLY: a reindex follows, and nothing else may start.
        await setDatasetStatus(tx, batch.dataset_id, 'PARTIAL INDEX', { progress: 100 })
      }
      if (!batch.auto_reindex) await completeTask(tx, run.task.id, await summary(tx, run.task.id, batch))
      if (recorded) await appendNotifications(tx, recorded.datasetId, recorded.alertIds)
      await onStep('commit')
      return recorded
    })
    if (recorded) tellReport({ logger, metrics }, batch.id, recorded)
  }

  async function reindex(run: TaskRun, message: (tx: Transaction) => Promise<string>): Promise<void> {
    const anew = !isIndexedBy(vectors, await findDataset(db, run.task.dataset_id))
    await embedMissing({ db, storage, vectors, measuring }, run, run.task.dataset_id)
    await compareDataset({ db, vectors }, run, run.task.dataset_id, { anew })
    await db.transaction(async tx => {
      const dataset = await lockDataset(tx, run.task.dataset_id)
      if (!dataset) throw new Interrupted('lost')
      await run.hold(tx)
      await recountDataset(tx, dataset.id)
      await markIndexed(tx, dataset.id, await embeddingConfig(tx, vectors, dataset.id))
      await setDatasetStatus(tx, dataset.id, 'READY', { progress: 100 })
      await completeTask(tx, run.task.id, await message(tx))
    })
  }

  /** What was written while its dataset was being deleted goes too. */
  const cleaning =
    (handler: TaskHandler): TaskHandler =>
    async run => {
      try {
        await handler(run)
      } catch (error) {
        if (error instanceof Interrupted && !(await findDataset(db, run.task.dataset_id)))
          await forgetMedia(storage, run.task.dataset_id)
        throw isFull(error) ? new TaskFailed(storageFull, { cause: error }) : error
      }
    }

  const addition: TaskKind = { run: cleaning(takeBatchIn), undo: undoAddition, redo: acceptAgain }
  return {
    DATASET_CREATION: addition,
    MEDIA_ADDITION: addition,
    REINDEX: {
      async run(task) {
        await before(task, 'reindex')
        await reindex(task, async () => 'Indexed')
      },
      undo: undoAddition,
      redo: acceptAgain,
    },
  }
}

async function summary(tx: Transaction, taskId: string, batch: Batch): Promise<string> {
  const { ready } = await countMedia(tx, batch.id)
  return additionSummary(
    ready,
    batch.n_known,
    await countProblems(tx, { task_id: taskId, batch_id: batch.id }),
  )
}
