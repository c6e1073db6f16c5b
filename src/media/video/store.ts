import sql from 'sql-template-tag'
import type { Queryable, Transaction } from '../../db/database.ts'

export interface PendingVideo {
  id: string
  ordinal: number
  file_name: string
  storage_key: string | null
  source_uri: string | null
  bytes: number | null
}

/** The next video of the batch that has no frames yet. */
export async function pendingVideo(
  db: Queryable,
  batchId: string,
  after: number,
): Promise<PendingVideo | undefined> {
  const [video] = await db.query<PendingVideo>(sql`
    select id, ordinal, file_name, storage_key, source_uri, bytes from items
    where batch_id = ${batchId} and state = 'pending' and kind = 'VIDEO' and ordinal > ${after}
    order by ordinal limit 1`)
  return video
}

export interface NewFrame {
  id: string
  storage_key: string
  bytes: number
  frame_timestamp: number
}

/** The frames come behind everything that the batch has, and carry what is known about their video. */
export async function insertFrames(
  tx: Transaction,
  video: PendingVideo,
  kept: { storage_key: string; bytes: number },
  frames: NewFrame[],
): Promise<void> {
  await tx.query(sql`
    insert into items (id, dataset_id, batch_id, ordinal, kind, video_id, frame_timestamp, file_name, folder,
                       storage_key, bytes, labels, caption, tag_ids, metadata, language)
    select frame.id, video.dataset_id, video.batch_id, last.ordinal + row, 'VIDEO_FRAME', video.id,
           frame.frame_timestamp, 'output_' || lpad(row::text, 6, '0') || '.jpg',
           concat_ws('/', nullif(video.folder, ''), video.file_name), frame.storage_key, frame.bytes, video.labels,
           video.caption, video.tag_ids, video.metadata, video.language
    from items as video,
         (select max(ordinal) as ordinal from items
          where batch_id = (select batch_id from items where id = ${video.id})) as last,
         rows from (jsonb_to_recordset(${JSON.stringify(frames)}::jsonb)
           as (id uuid, storage_key text, bytes bigint, frame_timestamp double precision))
           with ordinality as frame (id, storage_key, bytes, frame_timestamp, row)
    where video.id = ${video.id}`)
  await tx.query(sql`
    update items set state = 'ready', failure = null, storage_key = ${kept.storage_key}, bytes = ${kept.bytes}
    where id = ${video.id}`)
}

export async function failVideo(tx: Transaction, videoId: string, failure: string): Promise<void> {
  await tx.query(sql`update items set state = 'failed', failure = ${failure} where id = ${videoId}`)
}
