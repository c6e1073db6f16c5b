import type { MediaPreview } from './media.ts'
import type { ViewFilters } from './view.ts'

export interface ExploreQuery extends ViewFilters {
  /** From 0. */
  page_number?: number
  /** 1–200, default 100. */
  page_size?: number
  /** Only what came with this batch: exactly what an alert is about. */
  batch_id?: string
  /** Alike items as one cluster. */
  clustered?: boolean
}

export interface ExplorePage {
  clusters: Cluster[]
  metadata: { page_number: number; page_size: number; total: number; total_pages: number; has_more: boolean }
}

export interface Cluster {
  cluster_id: string
  type: string
  n_images: number
  n_objects: number
  n_videos: number
  n_frames: number
  similarity_threshold: string | number | null
  relevance_score: number | null
  relevance_score_type: string | null
  captions: unknown[]
  labels: unknown[]
  user_tags: unknown[]
  previews: MediaPreview[]
}
