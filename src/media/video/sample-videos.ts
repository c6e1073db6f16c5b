// Between the steps 'list' and 'measure': each video of a batch becomes frames, which are then measured like pictures. A
// video is sampled as a whole and in one transaction, so that a crash leaves all of its frames or none.
import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { Database } from '../../db/database.ts'
import type { TaskRun } from '../../tasks/run.ts'
import type { Batch } from '../batches.ts'
import { itemFolder } from '../forget.ts'
import { localFile } from '../local-file.ts'
import { Unreadable } from '../measure/measure.ts'
import { StoreFault } from '../s3/faults.ts'
import { readS3Uri } from '../s3/uri.ts'
import { failureSentence, fetchObject } from '../sources/fetch.ts'
import type { Sources } from '../sources/source.ts'
import type { Storage } from '../storage.ts'
import { type Frame, maxVideoBytes, sampleFrames, type VideoSettings } from './ffmpeg.ts'
import { failVideo, insertFrames, type NewFrame, type PendingVideo, pendingVideo } from './store.ts'

export interface VideoParts {
  db: Database
  storage: Storage
  sources: Sources
  video: VideoSettings
}

export async function sampleVideos(parts: VideoParts, run: TaskRun, batch: Batch): Promise<void> {
  for (let after = -1; ; ) {
    const video = await pendingVideo(parts.db, batch.id, after)
    if (!video) return
    run.signal.throwIfAborted()
    after = video.ordinal
    await sample(parts, run, batch, video)
    await run.progress(5, `Took frames out of ${video.file_name}`)
  }
}

async function sample(
  { db, storage, sources, video: settings }: VideoParts,
  run: TaskRun,
  batch: Batch,
  video: PendingVideo,
): Promise<void> {
  const folder = `${itemFolder(batch)}/${video.ordinal}.frames`
  const write = (work: (tx: Parameters<Parameters<Database['transaction']>[0]>[0]) => Promise<void>) =>
    db.transaction(async tx => {
      await run.hold(tx)
      await work(tx)
    })
  try {
    const kept = await keep({ storage, sources }, run, batch, video)
    const file = await localFile(storage, kept.storage_key)
    try {
      await sampleFrames(file.path, settings, run.signal, async sampled => {
        const frames: NewFrame[] = []
        for (const [i, frame] of sampled.entries()) frames.push(await store(storage, `${folder}/${i}`, frame))
        await write(tx => insertFrames(tx, video, kept, frames))
      })
    } finally {
      await file.release()
    }
  } catch (error) {
    if (error instanceof Unreadable) await write(tx => failVideo(tx, video.id, error.message))
    else if (error instanceof StoreFault) await write(tx => failVideo(tx, video.id, failureSentence(error)))
    else throw error
  }
}

async function keep(
  { storage, sources }: Pick<VideoParts, 'storage' | 'sources'>,
  run: TaskRun,
  batch: Batch,
  { ordinal, storage_key, source_uri, bytes }: PendingVideo,
): Promise<{ storage_key: string; bytes: number }> {
  if (storage_key !== null) return { storage_key, bytes: bytes ?? (await storage.size(storage_key)) }
  const place = readS3Uri(source_uri!)!
  const key = `${itemFolder(batch)}/${ordinal}`
  const held = { maxBytes: maxVideoBytes, signal: run.signal, confirmLength: true }
  const fetched = await fetchObject(sources.objects(batch.assume_role), storage, place, key, held)
  return { storage_key: key, bytes: fetched.bytes }
}

async function store(storage: Storage, key: string, { path, timestamp }: Frame): Promise<NewFrame> {
  const { bytes } = await storage.put(key, createReadStream(path), { derived: true })
  return { id: randomUUID(), storage_key: key, bytes, frame_timestamp: timestamp }
}
