// A reindex gives vectors of the current models to items that have none: after a change of models, that is all of them.
// It resumes at the chunk where it was, for what is embedded is no longer missing. Older vectors stay.
import type { Database } from '../db/database.ts'
import { inParallel } from '../lib/parallel.ts'
import type { TaskRun } from '../tasks/run.ts'
import { type Vectors, writeTiles } from '../vectors/vectors.ts'
import { type Chunk, emptyChunk } from './chunk.ts'
import { objectsOn, type PendingImage } from './items.ts'
import type { Measuring } from './measure/measuring.ts'
import { chunkSize } from './measure-batch.ts'
import { askedAtOnce, measureImage } from './measure-image.ts'
import type { Storage } from './storage.ts'
import { type Missing, type Unembedded, unembeddedBatches, unembeddedItems } from './unembedded.ts'

interface Parts {
  db: Database
  storage: Storage
  vectors: Vectors
  measuring: Measuring
}

/** Of a task; what comes after it takes less. */
const share = { from: 0, to: 90 }

export async function embedMissing(parts: Parts, run: TaskRun, datasetId: string): Promise<void> {
  const { image, text } = parts.vectors
  // One after the other: for a new model of texts no picture need be read.
  if (image?.embedImages) await embedBy(parts, run, datasetId, { model: image.id, of: 'pictures' })
  if (text) await embedBy(parts, run, datasetId, { model: text.id, of: 'texts' })
}

async function embedBy(
  { db, storage, vectors, measuring }: Parts,
  run: TaskRun,
  datasetId: string,
  missing: Missing,
): Promise<void> {
  const { model, of } = missing
  const batches = await unembeddedBatches(db, datasetId, missing)
  const total = batches.reduce((sum, batch) => sum + batch.missing, 0)
  let done = 0
  for (const batch of batches)
    for await (const items of chunksOf(db, batch.id, missing)) {
      run.signal.throwIfAborted()
      const chunk = emptyChunk(of === 'pictures' ? { image: vectors.image! } : { text: vectors.text! })
      if (of === 'pictures') await seePictures({ db, storage, measuring }, batch, items, chunk, model)
      else for (const item of items) await chunk.see(item.kind, item)
      const tiles = await chunk.tiles()
      await db.transaction(async tx => {
        await run.hold(tx)
        await writeTiles(tx, batch.id, tiles)
      })
      for (const result of chunk.results)
        if ('failure' in result)
          await run.problem(items.find(({ id }) => id === result.id)!.file_name, result.failure)
      done += items.length
      await run.progress(
        share.from + ((share.to - share.from) * done) / total,
        `Embedded ${done} of ${total} ${of} with the model ${model}`,
      )
    }
}

/** Asking what is missing passes over the whole batch, 18 ms for 10,000 items. */
const chunksPerQuery = 16

async function* chunksOf(db: Database, batchId: string, missing: Missing): AsyncGenerator<Unembedded[]> {
  for (let after = -1; ; ) {
    const limit = chunksPerQuery * chunkSize
    const items = await unembeddedItems(db, batchId, missing, { after, limit })
    if (items.length === 0) return
    for (let from = 0; from < items.length; from += chunkSize) yield items.slice(from, from + chunkSize)
    after = items.at(-1)!.ordinal
  }
}

/** With the objects on them: they were measured together, so they miss the same. */
async function seePictures(
  { db, storage, measuring }: Omit<Parts, 'vectors'>,
  batch: { id: string; dataset_id: string },
  items: Unembedded[],
  chunk: Chunk,
  model: string,
): Promise<void> {
  const ids = items.map(({ id }) => id)
  const objects = Map.groupBy(await objectsOn(db, ids), ({ parent_id }) => parent_id)
  await inParallel(askedAtOnce(storage), items, image =>
    measureImage(
      { storage, batch, chunk, measuring, model, fetched: undefined },
      image as Unembedded & PendingImage,
      objects.get(image.id) ?? [],
    ),
  )
}
