import type { UploadFile, UploadProgress } from '../multipart.ts'

/**
 * Exactly one of them. Annotation files travel along with the media, among `files`, in the archive or in the folder of
 * the bucket. `assumeRole` is the ARN of a role to read the bucket with.
 */
export type MediaSource =
  | { files: UploadFile[] }
  | { archive: UploadFile }
  | { s3Uri: string; assumeRole?: string }

export interface IngestOptions {
  onProgress?: (progress: UploadProgress) => void
  signal?: AbortSignal
}

export interface AddMediaOptions extends IngestOptions {
  /** Index at once, instead of leaving the dataset in PARTIAL INDEX. */
  autoReindex?: boolean
  idempotencyKey?: string
}

/** The server has it safely, and works on it. */
export interface AcceptedBatch {
  taskId: string
  batchId: string
}

/** What is known of one item. */
export interface MediaDetail {
  media_id: string
  dataset_id: string
  batch_id: string
  kind: 'IMAGE' | 'OBJECT' | 'VIDEO_FRAME'
  state: 'pending' | 'ready' | 'failed'
  failure: string | null
  /** Of an object: the picture it is part of. */
  image_id: string | null
  /** x, y, width, height in pixels. */
  bounding_box: number[] | null
  folder: string
  file_name: string
  format: string | null
  bytes: number | null
  width: number | null
  height: number | null
  labels: string[]
  caption: string | null
  /** Tag ids. */
  user_tags: string[]
  metadata: Record<string, unknown>
  /** Confidence 0–1; null where it was not measured. */
  issues: Record<string, number | null>
  /** Of a picture: what is drawn in it, the first two hundred. */
  objects: { media_id: string; labels: string[]; bounding_box: number[] }[]
  media_uri: string
  media_thumb_uri: string
}

export interface MediaPreview {
  type: string
  media_id: string
  media_uri: string
  media_thumb_uri: string
  caption: string | null
  image_id: string
  /** Of an object: the picture it is part of. */
  image_uri: string
  /** x, y, width, height in pixels. */
  bounding_box: number[] | null
  file_name: string
  /** The path under which it was sent. */
  original_uri: string
  video_uri: string | null
  frame_timestamp: string | null
  labels: string[]
  user_tags: { id: string; name: string }[]
  relevance_score: number | null
  relevance_score_type: string | null
  width: number | null
  height: number | null
}
