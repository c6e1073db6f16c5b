// One picture of a batch and what is marked on it, from storage to measures, thumbnails and vectors.
import { buffer } from 'node:stream/consumers'
import type { Chunk } from './chunk.ts'
import { thumbnailKey } from './forget.ts'
import type { PendingImage, PendingObject } from './items.ts'
import {
  maxPictureBytes,
  measuringThreads,
  picturesOfThread,
  tooLarge,
  Unreadable,
} from './measure/measure.ts'
import type { Measuring } from './measure/measuring.ts'
import type { Fetched } from './sources/fetch.ts'
import type { Storage } from './storage.ts'

export interface ImageParts {
  storage: Storage
  batch: { id: string; dataset_id: string }
  chunk: Chunk
  measuring: Measuring
  /** The model that is to see it. */
  model: string | undefined
  /** What became of it when it had to be fetched. */
  fetched: Fetched | undefined
}

/** Cut out at once: their pixels are at most 200 kB each. */
const boxesAtOnce = 64

/** How many are under way at once: a thread that finds the next one waiting need not be woken, a sixth of all time. */
export const askedAtOnce = ({ path }: Storage): number => measuringThreads * (path ? 5 : picturesOfThread)

/** Adds to the chunk what was found, or the sentence that says why nothing was. */
export async function measureImage(
  { storage, batch, chunk, measuring, model, fetched }: ImageParts,
  image: PendingImage,
  objects: PendingObject[],
): Promise<void> {
  const { id } = image
  if (fetched && 'failure' in fetched) return void chunk.results.push({ id, failure: fetched.failure })
  const key = fetched?.storage_key ?? image.storage_key!
  const keep = (ordinal: number, thumbnail: Uint8Array) =>
    storage.put(thumbnailKey(batch, ordinal), asBuffer(thumbnail), { derived: true })
  try {
    const input = storage.path?.(key) ?? (await bytesOf(storage, key))
    const { thumbnail, look, ...measured } = await measuring.picture(input, model)
    await keep(image.ordinal, thumbnail)
    for (let start = 0; start < objects.length; start += boxesAtOnce) {
      const some = new Map(objects.slice(start, start + boxesAtOnce).map(object => [object.ordinal, object]))
      for (const crop of await measuring.boxes(input, model, [...some.values()])) {
        const { thumbnail, look, object: box, ...issues } = crop
        const object = some.get(box.ordinal)!
        some.delete(box.ordinal)
        await keep(object.ordinal, thumbnail)
        chunk.objects.push({ id: object.id, ...issues })
        await chunk.see('OBJECT', object, look)
      }
      for (const { id, bounding_box } of some.values())
        chunk.objects.push({ id, failure: `The box [${bounding_box.join(', ')}] lies outside its picture.` })
    }
    await chunk.see(image.kind, image, look)
    chunk.results.push({ id, ...measured, kept: fetched })
  } catch (error) {
    if (error instanceof Unreadable) {
      if (fetched) await storage.remove(key) // it is fetched again when it is tried again
      chunk.results.push({ id, failure: error.message })
    } else if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      chunk.results.push({ id, failure: 'The stored file is missing; send it again.' })
    else throw error // a full disk, say: no item's fault
  }
}

async function bytesOf(storage: Storage, key: string): Promise<Buffer> {
  const bytes = await storage.size(key)
  if (bytes > maxPictureBytes) throw new Unreadable(tooLarge)
  return buffer(await storage.open(key))
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
