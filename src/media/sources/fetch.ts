// Brings objects from a bucket into storage: several at once, each asked for again when it breaks off.
import { Readable } from 'node:stream'
import { inParallel } from '../../lib/parallel.ts'
import { TaskFailed } from '../../tasks/run.ts'
import type { Batch } from '../batches.ts'
import { itemFolder } from '../forget.ts'
import type { PendingImage } from '../items.ts'
import { maxPictureBytes } from '../measure/measure.ts'
import { maxAttempts, persist, StoreFault } from '../s3/faults.ts'
import type { Objects } from '../s3/objects.ts'
import { type ObjectPlace, readS3Uri } from '../s3/uri.ts'
import type { Storage } from '../storage.ts'
import type { Sources } from './source.ts'

/** Each waits for the store most of the time: at 50 ms an object, more would be faster than they can be measured. */
const fetchedAtOnce = 16
/** So many failures in a row that may pass are not those of single objects: the store is down. */
const maxFailuresInARow = 32

/**
 * Throws StoreFault. What the store sends is durable when this resolves. `confirmLength` asks for the length of the object once
 * more: half a table or half a video, of a store that announces too little, would be taken for all of it. Half a picture
 * cannot be decoded.
 */
export const fetchObject = (
  objects: Objects,
  storage: Storage,
  place: ObjectPlace,
  storageKey: string,
  {
    maxBytes,
    signal,
    confirmLength = false,
  }: { maxBytes: number; signal?: AbortSignal; confirmLength?: boolean },
): Promise<{ bytes: number }> =>
  persist(async () => {
    const { bytes, body } = await objects.read(place, { signal })
    const refuse = () => new StoreFault(`it is larger than ${maxBytes} bytes`, { passing: false })
    if ((bytes ?? 0) > maxBytes) {
      await body.return(undefined)
      throw refuse()
    }
    const kept = await storage.put(
      storageKey,
      Readable.from(held(body, maxBytes, refuse), { objectMode: false }),
    )
    const whole = confirmLength && (await objects.size(place, { signal }))
    if (whole && whole !== kept.bytes)
      throw new StoreFault(`it sent ${kept.bytes} of ${whole} bytes`, { passing: true })
    return kept
  }, signal)

async function* held(body: AsyncIterable<Buffer>, maxBytes: number, refuse: () => StoreFault) {
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > maxBytes) throw refuse()
    yield chunk
  }
}

export type Fetched = { storage_key: string; bytes: number } | { failure: string }

/** Fetches what is not in storage yet. The keys of the answer are the items' ids. */
export function fetcher({ storage, sources }: { storage: Storage; sources: Sources }, batch: Batch) {
  let failuresInARow = 0

  const fetchOne = async (uri: string, storageKey: string, signal: AbortSignal): Promise<Fetched> => {
    const place = readS3Uri(uri)
    if (!place || !sources.read(uri))
      return { failure: 'Its bucket is not one that media may be taken from; see BELFRY_S3_BUCKETS.' }
    try {
      const { bytes } = await fetchObject(sources.objects(batch.assume_role), storage, place, storageKey, {
        maxBytes: maxPictureBytes,
        signal,
      })
      failuresInARow = 0
      return { storage_key: storageKey, bytes }
    } catch (error) {
      if (!(error instanceof StoreFault)) throw error // a full disk, say: no item's fault
      if (!error.passing) failuresInARow = 0
      else if (++failuresInARow >= maxFailuresInARow)
        throw new TaskFailed(
          `The store does not deliver: ${error.message}. What came in stays; retry the task when the store is well.`,
        )
      return { failure: failureSentence(error) }
    }
  }

  return async (items: PendingImage[], signal: AbortSignal): Promise<Map<string, Fetched>> => {
    const fetched = new Map<string, Fetched>()
    const missing = items.filter(item => item.storage_key === null)
    await inParallel(fetchedAtOnce, missing, async ({ id, ordinal, source_uri }) => {
      if (!signal.aborted)
        fetched.set(id, await fetchOne(source_uri!, `${itemFolder(batch)}/${ordinal}`, signal))
    })
    return fetched
  }
}

/** Of an object that the store does not hand out, for the person who asked for it. */
export function failureSentence({ passing, status, message }: StoreFault): string {
  if (passing)
    return `The store did not deliver it, asked ${maxAttempts} times: ${message}. Add the same source again to take what is missing.`
  if (status === 404) return 'The bucket has no such object; correct the manifest, or put it there.'
  if (status === 403 || status === 401)
    return 'The store refuses to hand it out; let this server read it, then add the same source again.'
  return `The store did not hand it out: ${message}.`
}
