// The step 'measure': every picture of a batch is read once, and every object on it. It resumes at the chunk where it was.
import type { Database } from '../db/database.ts'
import { inParallel } from '../lib/parallel.ts'
import type { TaskRun } from '../tasks/run.ts'
import type { Tile } from '../vectors/tile.ts'
import { type Vectors, writeTiles } from '../vectors/vectors.ts'
import type { Batch } from './batches.ts'
import { type Chunk, emptyChunk } from './chunk.ts'
import { countImages, objectsOn, type PendingImage, pendingImages, writeResults } from './items.ts'
import type { Measuring } from './measure/measuring.ts'
import { askedAtOnce, measureImage } from './measure-image.ts'
import { type Fetched, fetcher } from './sources/fetch.ts'
import type { Sources } from './sources/source.ts'
import type { Storage } from './storage.ts'

/** What is lost when the process dies, and what one commit is spread over. */
export const chunkSize = 64
/** The share of a task that is measuring; listing comes before it, evaluation after it. */
const share = { from: 10, to: 90 }

type Measured = Pick<Chunk, 'results' | 'objects'> & { tiles: Tile[] }

export interface MeasureParts {
  db: Database
  storage: Storage
  vectors: Vectors
  measuring: Measuring
  sources: Sources
  onStep: (step: 'measured') => unknown
}

/** Resolves when every picture of the batch is ready or failed; an interrupted one keeps what is measured. */
export async function measureBatch(
  { db, storage, vectors, measuring, sources, onStep }: MeasureParts,
  run: TaskRun,
  batch: Batch,
): Promise<void> {
  const { pending, ready, failed } = await countImages(db, batch.id)
  const total = pending + ready + failed
  let done = ready + failed

  const measureChunk = async (images: PendingImage[], fetched: Map<string, Fetched>) => {
    const chunk = emptyChunk(vectors)
    const ids = images.map(({ id }) => id)
    const objects = Map.groupBy(await objectsOn(db, ids), ({ parent_id }) => parent_id)
    await inParallel(askedAtOnce(storage), images, async image => {
      if (run.signal.aborted) return
      const parts = {
        storage,
        batch,
        chunk,
        measuring,
        model: vectors.image?.id,
        fetched: fetched.get(image.id),
      }
      await measureImage(parts, image, objects.get(image.id) ?? [])
    })
    return { ...chunk, tiles: await chunk.tiles() }
  }

  const write = async ({ results, objects, tiles }: Measured): Promise<void> => {
    await db.transaction(async tx => {
      await run.hold(tx)
      await writeResults(tx, results, objects)
      await writeTiles(tx, batch.id, tiles)
    })
    done += results.length
    await onStep('measured')
    await run.progress(
      share.from + ((share.to - share.from) * done) / total,
      `Read ${done} of ${total} media files`,
    )
  }

  const fetchMissing = fetcher({ storage, sources }, batch)
  const ending = new AbortController()
  const fetchingMay = AbortSignal.any([run.signal, ending.signal])
  const next = async (after: number) => {
    const images = await pendingImages(db, batch.id, { after, limit: chunkSize })
    const fetching = fetchMissing(images, fetchingMay)
    fetching.catch(() => {}) // thrown where it is awaited
    return { images, fetching }
  }
  let following = next(-1)
  let writing = Promise.resolve()
  try {
    for (;;) {
      const { images, fetching } = await following
      if (images.length === 0 || run.signal.aborted) break
      const fetched = await fetching
      following = next(images.at(-1)!.ordinal) // its bytes come in while these are measured
      following.catch(() => {})
      const chunk = await measureChunk(images, fetched)
      await writing
      // Beside the measuring of the next chunk, which needs the processor and not the database.
      writing = write(chunk)
      writing.catch(() => {}) // thrown where it is awaited
    }
  } finally {
    ending.abort()
    await following.then(({ fetching }) => fetching).catch(() => {}) // nothing goes on unseen
    await writing
  }
  run.signal.throwIfAborted()
}
