// A picture to search by: one that is sent, or a part of one that is here.
import { buffer } from 'node:stream/consumers'
import type { Queryable } from '../../db/database.ts'
import { problems } from '../../lib/problems.ts'
import { mediaFile } from '../../media/items.ts'
import { cutOut } from '../../media/measure/crops.ts'
import { measure, Unreadable } from '../../media/measure/measure.ts'
import type { Storage } from '../../media/storage.ts'
import { ModelUnavailable, type Picture } from '../../vectors/embedder.ts'
import { insertAnchor, type Vectors } from '../../vectors/vectors.ts'

export type Box = [number, number, number, number]

export interface AnchorParts {
  db: Queryable
  storage: Storage
  vectors: Vectors
}
export interface Anchor {
  datasetId: string
  userId: string
  box: Box | undefined
}

export async function anchorFromPicture(parts: AnchorParts, anchor: Anchor, bytes: Buffer): Promise<string> {
  const picture = await seen(bytes, anchor.box)
  return keep(parts, anchor, picture)
}

/** An item that is here is an anchor by itself; a part of it becomes one. Throws `mediaNotFound`. */
export async function anchorFromMedia(
  { db, storage, vectors }: AnchorParts,
  anchor: Anchor,
  mediaId: string,
): Promise<string> {
  const file = await mediaFile(db, anchor.userId, mediaId)
  if (file?.dataset_id !== anchor.datasetId) throw problems.mediaNotFound()
  if (!anchor.box) return mediaId
  if (!file.storage_key) throw problems.mediaNotFound()
  const input = storage.path?.(file.storage_key) ?? (await buffer(await storage.open(file.storage_key)))
  return keep({ db, storage, vectors }, anchor, await seen(input, anchor.box))
}

async function seen(input: string | Buffer, box: Box | undefined): Promise<Picture> {
  try {
    const { picture } = await measure(input)
    if (!box) return picture
    const cut = await cutOut(input, box)
    if (!cut) throw problems.invalid('bounding_box lies outside of the picture.')
    return cut
  } catch (error) {
    if (error instanceof Unreadable) throw problems.badRequest(error.message)
    throw error
  }
}

async function keep({ db, vectors }: AnchorParts, { datasetId, userId }: Anchor, picture: Picture) {
  const model = vectors.image
  if (!model?.embedImages) throw problems.badRequest('This server has no model that sees.')
  const [vector] = await model.embedImages([picture]).catch(error => {
    throw error instanceof ModelUnavailable ? problems.modelUnavailable(error.message) : error
  })
  return insertAnchor(db, { datasetId, userId, model: model.id, vector: vector! })
}
