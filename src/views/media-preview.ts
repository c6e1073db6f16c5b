// How one item looks in lists: in explore, and among the samples of a preview.
import sql from 'sql-template-tag'
import { type Static, Type } from 'typebox'
import { OrNull, Uuid } from '../lib/schemas.ts'
import { issuesAsJson } from '../media/items.ts'
import type { Scores } from './reasons.ts'

const Score = OrNull(
  Type.Number({
    description:
      '0–1: `semantic` the relevance, `similarity` the likeness (1 − the distance), `fts` a rank to sort by. null: this kind of search has no score',
  }),
)
export const ScoreType = OrNull(Type.String({ description: 'semantic, similarity or fts' }))

export const UserTag = Type.Object({ id: Uuid, name: Type.String() })

export const MediaPreview = Type.Object({
  type: Type.String({ description: 'IMAGE, OBJECT or VIDEO_FRAME' }),
  media_id: Uuid,
  media_uri: Type.String(),
  media_thumb_uri: Type.String(),
  caption: OrNull(Type.String()),
  image_id: Uuid,
  image_uri: Type.String({ description: 'The picture; of an object, the one it is part of' }),
  bounding_box: OrNull(Type.Array(Type.Number(), { description: 'x, y, width, height in pixels' })),
  file_name: Type.String(),
  original_uri: Type.String({ description: 'The path under which it was sent' }),
  video_uri: OrNull(Type.String()),
  frame_timestamp: OrNull(Type.String()),
  labels: Type.Array(Type.String()),
  user_tags: Type.Array(UserTag),
  relevance_score: Score,
  relevance_score_type: ScoreType,
  width: OrNull(Type.Integer()),
  height: OrNull(Type.Integer()),
})
export type MediaPreview = Static<typeof MediaPreview>

export interface PreviewRow {
  id: string
  kind: 'IMAGE' | 'OBJECT' | 'VIDEO_FRAME'
  parent_id: string | null
  folder: string
  file_name: string
  caption: string | null
  bounding_box: number[] | null
  labels: string[]
  user_tags: Static<typeof UserTag>[]
  video_id: string | null
  frame_timestamp: number | null
  width: number | null
  height: number | null
  scores: Scores
}

/** Of table `items`. */
export const previewColumns = sql`
  items.id, items.kind, items.parent_id, items.folder, items.file_name, items.caption, items.bounding_box,
  items.labels, items.width, items.height, items.video_id, items.frame_timestamp,
  array(
    select jsonb_build_object('id', tags.id, 'name', tags.name) from tags
    where tags.id = any(items.tag_ids) order by tags.name) as user_tags,
  ${issuesAsJson}::jsonb || jsonb_build_object('nearest_likeness', items.nearest_likeness) as scores`

/** Seconds as 00:01:23.500. */
const clock = (seconds: number): string => new Date(Math.round(seconds * 1000)).toISOString().slice(11, 23)

/** An object is shown by the picture it is part of, with its box. */
export function mediaPreview(row: PreviewRow): MediaPreview {
  const imageId = row.parent_id ?? row.id
  const original = `/api/v1/media/${imageId}/original`
  return {
    type: row.kind,
    media_id: row.id,
    media_uri: original,
    media_thumb_uri: `/api/v1/media/${row.id}/thumbnail`,
    caption: row.caption,
    image_id: imageId,
    image_uri: original,
    bounding_box: row.bounding_box,
    file_name: row.file_name,
    original_uri: row.folder === '' ? row.file_name : `${row.folder}/${row.file_name}`,
    video_uri: row.video_id && `/api/v1/media/${row.video_id}/original`,
    frame_timestamp: row.frame_timestamp === null ? null : clock(row.frame_timestamp),
    labels: row.labels,
    user_tags: row.user_tags,
    relevance_score: null,
    relevance_score_type: null,
    width: row.width,
    height: row.height,
  }
}
