import type { SavedView } from './view.ts'

export type DatasetStatus = 'DRAFT' | 'INDEXING' | 'READ ONLY' | 'PARTIAL INDEX' | 'READY' | 'ERROR'
export type Role = 'owner' | 'editor' | 'viewer'

export interface Dataset {
  id: string
  display_name: string
  description: string
  source_type: string
  /** Its words are searched in it. */
  language: string
  owned_by: string
  created_at: string
  status_new: DatasetStatus
  status: string
  /** 0–100. */
  progress: number
  /** The models it was indexed with last; `client`: vectors that came with media. Null before the first indexing. */
  embedding_config: Partial<
    Record<'image' | 'text' | 'client', { model: string; dims: number } | null>
  > | null
  n_images: number
  n_videos: number
  n_objects: number
  fatal_error_msg: string | null
  source_dataset_id: string | null
}

export interface CreationStatus {
  status: string
  progress: number
}

export interface Member {
  email: string
  role: Role
}

export interface Covers {
  dataset_id: string
  media_thumb_uris: string[]
}

export interface Tag {
  id: string
  name: string
  created_at: string
}

/** One page of a dataset's batches. */
export interface Batches {
  batches: Batch[]
  total: number
  has_more: boolean
}

export interface Batch {
  batch_id: string
  state: 'accepted' | 'listed' | 'processed' | 'evaluated'
  accepted_at: string | null
  evaluated_at: string | null
  /** The name of who sent it. */
  created_by: string | null
  n_images: number
  n_objects: number
  n_failed: number
  task_id: string | null
  task_status: string | null
  /** 0–100. */
  progress: number
  n_alerts: number
  /** The first twenty, most matches first. */
  alerts: BatchAlert[]
}

export interface BatchAlert {
  /** The reader's, with the list of what matched; null for who was not a member then. */
  notification_id: string | null
  view_id: string
  view_name: string
  result_count: number
  filters: SavedView['filters']
}

export interface Vocabulary {
  /** The keys of VQL that the server reads. */
  filters: string[]
  /** The issues that it finds. */
  issues: string[]
  /** Whether sentences are searched by their meaning. */
  meaning: boolean
  labels: { name: string; count: number }[]
  folders: { name: string; count: number }[]
  metadata: { name: string; type: string; count: number }[]
}
