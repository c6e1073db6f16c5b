import sql from 'sql-template-tag'
import type { Queryable } from '../../db/database.ts'
import type { Instant } from '../../lib/time.ts'
import { issuesAsJson } from '../items.ts'
import type { ExportedItem } from './document.ts'

export interface Export {
  id: string
  dataset_id: string
  created_at: Instant
  file_name: string
  include_images: boolean
  entities_count: number
  dataset_name: string
  dataset_created_at: Instant
  exported_by: string
}

const exported = sql`kind in ('IMAGE', 'VIDEO_FRAME') and state = 'ready'`

export async function insertExport(
  db: Queryable,
  { datasetId, userId }: { datasetId: string; userId: string },
  asked: { file_name: string; include_images: boolean },
): Promise<Pick<Export, 'id' | 'dataset_id' | 'created_at' | 'entities_count'>> {
  const [made] = await db.query<Export>(sql`
    insert into exports (dataset_id, created_by, file_name, include_images, entities_count)
    select ${datasetId}, ${userId}, ${asked.file_name}, ${asked.include_images},
           (select count(*) from items where items.dataset_id = ${datasetId} and ${exported})
    returning id, dataset_id, created_at, entities_count`)
  return made!
}

export async function findExport(db: Queryable, datasetId: string, id: string): Promise<Export | undefined> {
  const [found] = await db.query<Export>(sql`
    select exports.id, exports.dataset_id, exports.created_at, file_name, include_images, entities_count,
           display_name as dataset_name, datasets.created_at as dataset_created_at, coalesce(users.name, '') as exported_by
    from exports join datasets on datasets.id = exports.dataset_id left join users on users.id = exports.created_by
    where exports.id = ${id} and exports.dataset_id = ${datasetId}`)
  return found
}

const pageSize = 1_000

/** Every picture and frame of the dataset with what is on it, in the order of their ids. */
export async function* exportedItems(db: Queryable, datasetId: string): AsyncGenerator<ExportedItem> {
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const items = await db.query<ExportedItem>(sql`
      select items.id, items.kind, items.ordinal, items.batch_id, items.folder, items.file_name, items.bytes,
             items.width, items.height, items.labels, items.caption, items.metadata, ${issuesAsJson} as issues,
             items.storage_key, items.video_id, items.frame_timestamp, video.file_name as video_name,
             array(select jsonb_build_object('name', name) from tags where tags.id = any(items.tag_ids) order by name) as tags,
             array(select jsonb_build_object('label', objects.labels[1], 'bounding_box', objects.bounding_box)
                   from items as objects
                   where objects.parent_id = items.id and objects.state = 'ready' order by objects.ordinal) as objects
      from items left join items as video on video.id = items.video_id
      where items.dataset_id = ${datasetId} and items.id > ${after} and items.state = 'ready'
        and items.kind in ('IMAGE', 'VIDEO_FRAME')
      order by items.id limit ${pageSize}`)
    yield* items
    if (items.length < pageSize) return
    after = items.at(-1)!.id
  }
}
