// Items as rows: pictures, and the objects marked on them.
import sql, { join, raw } from 'sql-template-tag'
import type { Queryable, Transaction } from '../db/database.ts'
import type { BroughtVector } from '../vectors/brought.ts'
import { tilesOf } from '../vectors/tile.ts'
import { writeTiles } from '../vectors/vectors.ts'
import { issueNames } from './issue-names.ts'
import type { Issues } from './measure/issues.ts'
import type { Measured } from './measure/measure.ts'

export interface NewItem {
  id: string
  ordinal: number
  kind: 'IMAGE' | 'OBJECT' | 'VIDEO'
  parent_id: string | null
  /** x, y, width, height in pixels of the picture. */
  bounding_box: number[] | null
  width: number | null
  height: number | null
  file_name: string
  folder: string
  storage_key: string | null
  /** s3://bucket/key, of what is taken from a bucket. */
  source_uri: string | null
  bytes: number | null
  labels: string[]
  caption: string | null
  tag_ids: string[]
  metadata: Record<string, unknown>
  /** A vector that came with it. All of a batch are of one model. */
  brought?: BroughtVector | undefined
}

/** Rows of one statement: its JSON stays around a megabyte. */
export const rowsPerInsert = 2_000

export async function insertItems(
  tx: Transaction,
  batch: { id: string; dataset_id: string },
  items: NewItem[],
): Promise<void> {
  for (let start = 0; start < items.length; start += rowsPerInsert) {
    const rows = items.slice(start, start + rowsPerInsert).map(({ brought: _, ...row }) => row)
    await tx.query(sql`
      insert into items (id, dataset_id, batch_id, ordinal, kind, parent_id, bounding_box, width, height,
                         file_name, folder, storage_key, source_uri, bytes, labels, caption, tag_ids, metadata,
                         language)
      select id, ${batch.dataset_id}, ${batch.id}, ordinal, kind, parent_id, bounding_box, width, height,
             file_name, folder, storage_key, source_uri, bytes, labels, caption, tag_ids, metadata,
             (select language from datasets where datasets.id = ${batch.dataset_id})
      from jsonb_to_recordset(${JSON.stringify(rows, storable)}::jsonb) as item (
             id uuid, ordinal integer, kind text, parent_id uuid, bounding_box double precision[],
             width integer, height integer, file_name text, folder text, storage_key text, source_uri text,
             bytes bigint, labels text[], caption text, tag_ids uuid[], metadata jsonb)`)
  }
  const brought = items.flatMap(({ ordinal, brought }) => (brought ? [{ ordinal, ...brought }] : []))
  const [first] = brought
  if (first) await writeTiles(tx, batch.id, tilesOf(first.model, 'IMAGE', brought))
}

/** PostgreSQL's JSON has no NUL and no half of a surrogate pair, which annotation files may well have. */
const storable = (_key: string, value: unknown) =>
  typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '\uFFFD') : value

/** What is said about an item, for models that read. */
export interface Described {
  id: string
  ordinal: number
  caption: string | null
  labels: string[]
}
export interface PendingImage extends Described {
  kind: 'IMAGE' | 'VIDEO_FRAME'
  /** null: it has to be fetched from `source_uri` first. */
  storage_key: string | null
  source_uri: string | null
}
export interface PendingObject extends Described {
  parent_id: string
  bounding_box: [number, number, number, number]
}

/** The next pictures to measure, in their order, after the ordinal `after`. */
export function pendingImages(
  db: Queryable,
  batchId: string,
  { after, limit }: { after: number; limit: number },
): Promise<PendingImage[]> {
  return db.query<PendingImage>(sql`
    select id, ordinal, kind, storage_key, source_uri, caption, labels from items
    where batch_id = ${batchId} and ordinal > ${after} and state = 'pending'
      and kind in ('IMAGE', 'VIDEO_FRAME')
    order by ordinal limit ${limit}`)
}

/** The objects on these pictures, each in its place in the batch. */
export function objectsOn(db: Queryable, imageIds: string[]): Promise<PendingObject[]> {
  return db.query<PendingObject>(sql`
    select id, ordinal, parent_id, bounding_box, caption, labels from items
    where parent_id = any(${imageIds}::uuid[]) and kind = 'OBJECT' and bounding_box is not null order by ordinal`)
}

export interface ImageCounts {
  pending: number
  ready: number
  failed: number
}

/** Pictures and frames: what is measured. */
export const countImages = (db: Queryable, batchId: string): Promise<ImageCounts> =>
  countItems(db, batchId, ['IMAGE', 'VIDEO_FRAME'])

/** Pictures and videos: what was sent. */
export const countMedia = (db: Queryable, batchId: string): Promise<ImageCounts> =>
  countItems(db, batchId, ['IMAGE', 'VIDEO'])

async function countItems(db: Queryable, batchId: string, kinds: string[]): Promise<ImageCounts> {
  const [counts] = await db.query<ImageCounts>(sql`
    select count(*) filter (where state = 'pending') as pending, count(*) filter (where state = 'ready') as ready,
           count(*) filter (where state = 'failed') as failed
    from items where batch_id = ${batchId} and kind = any(${kinds}::text[])`)
  return counts!
}

/** What was fetched for an item; where it is kept. */
export interface Kept {
  storage_key: string
  bytes: number
}
export type Result = { id: string } & (
  | (Omit<Measured, 'thumbnail' | 'picture'> & { kept?: Kept | undefined })
  | { failure: string }
)
export type ObjectResult = { id: string } & (Issues | { failure: string })

/** Writes what was found out about pictures in one statement; the objects on them share their fate. */
export async function writeResults(
  tx: Transaction,
  results: Result[],
  objects: ObjectResult[],
): Promise<void> {
  await tx.query(sql`
    update items
    set state = case when result.failure is null then 'ready' else 'failed' end, failure = result.failure,
        width = result.width, height = result.height, format = result.format,
        storage_key = coalesce(result.kept ->> 'storage_key', items.storage_key),
        bytes = coalesce((result.kept ->> 'bytes')::bigint, items.bytes),
        blur = result.blur, dark = result.dark, bright = result.bright, normal = result.normal
    from jsonb_to_recordset(${JSON.stringify(results)}::jsonb) as result (
           id uuid, failure text, width integer, height integer, format text, blur double precision,
           dark double precision, bright double precision, normal double precision, kept jsonb)
    where items.id = result.id`)
  await tx.query(sql`
    update items
    set state = image.state,
        failure = case image.state when 'failed' then 'The picture it is on could not be read.' end
    from items as image
    where items.parent_id = image.id and image.id = any(${results.map(({ id }) => id)}::uuid[])`)
  if (objects.length === 0) return
  await tx.query(sql`
    update items
    set state = case when result.failure is null then items.state else 'failed' end,
        failure = coalesce(result.failure, items.failure),
        blur = result.blur, dark = result.dark, bright = result.bright, normal = result.normal
    from jsonb_to_recordset(${JSON.stringify(objects)}::jsonb) as result (
           id uuid, failure text, blur double precision, dark double precision, bright double precision,
           normal double precision)
    where items.id = result.id`)
}

/** Those of the URIs that the dataset has as media that were read. */
export async function knownSources(db: Queryable, datasetId: string, uris: string[]): Promise<Set<string>> {
  const rows = await db.query<{ source_uri: string }>(sql`
    select source_uri from items
    where dataset_id = ${datasetId} and source_uri = any(${uris}::text[]) and state = 'ready'`)
  return new Set(rows.map(({ source_uri }) => source_uri))
}

/** The picture behind an item (an object's is the one it is on); undefined unless the user is a member. */
export async function mediaFile(db: Queryable, userId: string, mediaId: string) {
  const [file] = await db.query<{
    id: string
    dataset_id: string
    batch_id: string
    ordinal: number
    /** The object's, of an object. */
    own_ordinal: number
    kind: string
    state: string
    storage_key: string | null
    format: string | null
    file_name: string
  }>(sql`
    select image.id, image.dataset_id, image.batch_id, image.ordinal, items.ordinal as own_ordinal,
           image.kind, image.state, image.storage_key, image.format,
           image.file_name
    from items join items as image on image.id = coalesce(items.parent_id, items.id)
    join dataset_members on dataset_members.dataset_id = items.dataset_id and user_id = ${userId}
    where items.id = ${mediaId}`)
  return file
}

/** Of table `items`. */
export const issuesAsJson = sql`json_build_object(
  ${join(issueNames.map(name => raw(`'${name}', items.${name}`)))})`

export interface ItemDetail {
  media_id: string
  dataset_id: string
  batch_id: string
  kind: string
  state: string
  failure: string | null
  image_id: string | null
  bounding_box: number[] | null
  folder: string
  file_name: string
  format: string | null
  bytes: number | null
  width: number | null
  height: number | null
  labels: string[]
  caption: string | null
  user_tags: string[]
  metadata: Record<string, unknown>
  video_id: string | null
  /** Seconds. */
  frame_timestamp: number | null
  source_uri: string | null
  issues: Record<(typeof issueNames)[number], number | null>
  nearest: { media_id: string; likeness: number } | null
  objects: { media_id: string; labels: string[]; bounding_box: number[] }[]
}

/** Boxes on one picture; more can be drawn, but not seen. */
const maxObjectsShown = 200

export async function itemDetail(
  db: Queryable,
  datasetId: string,
  mediaId: string,
): Promise<ItemDetail | undefined> {
  const [item] = await db.query<ItemDetail>(sql`
    select id as media_id, dataset_id, batch_id, kind, state, failure, parent_id as image_id, bounding_box, folder,
           file_name, format, bytes, width, height, labels, caption, tag_ids as user_tags, metadata,
           video_id, frame_timestamp, source_uri, ${issuesAsJson} as issues,
           case when nearest_id is not null
             then json_build_object('media_id', nearest_id, 'likeness', nearest_likeness) end as nearest,
           (select coalesce(json_agg(object order by ordinal), '[]') from (
              select ordinal, objects.id as media_id, objects.labels, objects.bounding_box from items objects
              where objects.parent_id = items.id and objects.state = 'ready' and objects.bounding_box is not null
              order by ordinal limit ${maxObjectsShown}) object) as objects
    from items where id = ${mediaId} and dataset_id = ${datasetId}`)
  return item
}
