import { lockDataset } from '../../datasets/datasets.ts'
import type { Database, Transaction } from '../../db/database.ts'
import { problems } from '../../lib/problems.ts'
import { countTags, holdTag, insertTag, lockMedia } from './store.ts'
import { maxTagsPerDataset, type Tag } from './tag.ts'

/** Throws `tagNameTaken`, `tooManyTags`. */
export function createTag(db: Database, datasetId: string, name: string): Promise<Tag> {
  return db.transaction(async tx => {
    if (!(await lockDataset(tx, datasetId))) throw problems.datasetNotFound()
    if ((await countTags(tx, datasetId)) >= maxTagsPerDataset) throw problems.tooManyTags(maxTagsPerDataset)
    const tag = await insertTag(tx, datasetId, name)
    if (!tag) throw problems.tagNameTaken(name)
    return tag
  })
}

type Change = (tx: Transaction, tagId: string, mediaIds: string[]) => Promise<number>

/** All of the media or none. Returns how many items changed; throws `tagNotFound`, `mediaNotInDataset`. */
export function changeTag(
  db: Database,
  { dataset_id, tag_id }: { dataset_id: string; tag_id: string },
  mediaIds: string[],
  change: Change,
): Promise<number> {
  return db.transaction(async tx => {
    if (!(await holdTag(tx, dataset_id, tag_id))) throw problems.tagNotFound()
    const found = new Set(await lockMedia(tx, dataset_id, mediaIds))
    const missing = mediaIds.find(id => !found.has(id.toLowerCase()))
    if (missing !== undefined) throw problems.mediaNotInDataset(missing)
    return change(tx, tag_id, mediaIds)
  })
}
