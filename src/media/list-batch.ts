// The step 'list': what was sent becomes items. All rows of a batch are written by one transaction, so that a crash
// leaves none or all; unpacked files are written again under the same keys when it is repeated.
import { TaskFailed, type TaskRun } from '../tasks/run.ts'
import { addProblems } from '../tasks/tasks.ts'
import { broughtTo } from '../vectors/vectors.ts'
import type { Batch } from './batches.ts'
import { gather } from './gather.ts'
import { insertItems } from './items.ts'
import { planItems } from './plan-items.ts'
import { listSource, type SourceParts } from './sources/list-source.ts'
import { markListed, uploadsOf } from './store.ts'

/** The rows of a batch are planned in memory and written in one transaction. */
const maxBatchItems = 200_000

export async function listBatch(parts: SourceParts, run: TaskRun, batch: Batch): Promise<void> {
  if (batch.source_uri !== null) return listSource(parts, run, batch)
  const { db, storage } = parts
  const brought = await broughtTo(db, batch.dataset_id)
  const gathered = await gather(storage, run, batch, await uploadsOf(db, batch.id), brought)
  const items = planItems(gathered.candidates, gathered.annotations)
  if (items.length > maxBatchItems)
    throw new TaskFailed(
      `The upload holds ${items.length} media and objects; the limit is ${maxBatchItems}. Send them in several batches.`,
    )
  await db.transaction(async tx => {
    await run.hold(tx)
    await insertItems(tx, batch, items)
    await addProblems(tx, run.task.id, gathered.problems)
    await markListed(tx, batch.id)
  })
  for (const key of gathered.spent) await storage.remove(key)
}
