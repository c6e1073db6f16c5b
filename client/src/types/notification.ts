import type { MediaPreview } from './media.ts'
import type { Reason, SavedView } from './view.ts'

export interface Notification {
  id: string
  user_id: string
  entity_type: 'saved_view'
  /** The saved view that raised the alert. */
  entity_id: string
  title: string
  message: string | null
  metadata: AlertMetadata
  /** null once the dataset is deleted. */
  dataset_id: string | null
  /** UTC with microseconds, without a zone: `2026-03-31T17:02:12.432489`. */
  created_at: string
  read_at: string | null
}

export interface AlertMetadata {
  batch_id: string
  is_alert: boolean
  view_name: string
  dataset_name: string
  result_count: number
}

export interface NotificationPage {
  notifications: Notification[]
  total: number
  has_more: boolean
}

export interface NotificationQuery {
  /** 1–100, default 20. */
  limit?: number
  offset?: number
  unreadOnly?: boolean
  datasetId?: string
  viewId?: string
  /** ISO 8601, of creation; a date alone is the whole day in UTC. */
  createdFrom?: string
  createdTo?: string
}

/** One item that an alert counted, as it is now. */
export interface Match extends MediaPreview {
  /** The filters of the view that it passed. */
  reasons: Reason[]
}

export interface MatchPage {
  /** Fewer than asked for when items were deleted since. */
  matches: Match[]
  /** What the alert counted, also when items were deleted since. */
  total: number
  /** What the view looked for. */
  filters: SavedView['filters']
  has_more: boolean
}
