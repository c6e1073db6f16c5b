import type { MediaPreview } from './media.ts'
import type { EntityType, VqlItem } from './vql.ts'

/** What a view looks for; everything given must hold. */
export interface ViewFilters {
  entity_type?: EntityType
  /** 0–1. */
  threshold?: number
  caption?: string | null
  vql?: VqlItem[]
}

export interface SavedView {
  id: string
  dataset_id: string
  name: string
  created_at: string
  created_by: { user_id: string; email: string; name: string } | null
  /** The threshold comes back as text. */
  filters: { entity_type: EntityType; threshold: string; caption: string | null; vql: VqlItem[] }
  /** Cumulative matches by kind; -1 until the first evaluation. */
  stats: { n_images: number; n_objects: number; n_video_frames: number }
  monitoring_enabled: boolean
  monitoring_started_at: string
  alerting_enabled: boolean
  total_results: number
  /** When the latest batch with matches was evaluated. */
  last_results: string | null
  /** Why the last batch could not be evaluated; absent when it was. */
  evaluation_error?: string
}

export interface Trend {
  /** Ascending, one for each evaluated batch, zeros included. */
  points: { timestamp: string; batch_id: string; count: number; cumulative: number }[]
  /** Batches for which the view could not be evaluated: they have no point. Absent when there are none. */
  errors?: { timestamp: string; batch_id: string; reason: string }[]
  total_results: number
  last_results: string | null
}

/** The slowest views, and those that could not be evaluated, as of their last evaluation. */
export interface ViewCosts {
  slowest: (NamedView & { ms: number })[]
  failing: (NamedView & { reason: string })[]
}
interface NamedView {
  view_id: string
  view_name: string
  dataset_id: string
  dataset_name: string
}

export interface Preview {
  /** The last evaluated batches, ascending, as a trend would show them. */
  batches: { batch_id: string; timestamp: string; count: number }[]
  total: number
  /** Batches with at least one match. */
  would_alert: number
  samples: (MediaPreview & { reasons: Reason[] })[]
}

/** A filter that was passed, as VQL, with the score where there is one. */
export interface Reason {
  filter: Record<string, unknown>
  score: number | null
}
