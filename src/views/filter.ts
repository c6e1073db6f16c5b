// What a view asks for, in the same shape as it is sent, stored and echoed. Each VQL item is an object with one filter
// key, which tells the kinds of this union apart: `'labels' in item`.

import { issueNames } from '../media/issue-names.ts'

export const entityTypes = ['IMAGES', 'OBJECTS', 'VIDEOS'] as const
export type EntityType = (typeof entityTypes)[number]

export interface ViewFilter {
  entity_type: EntityType
  /** 0–1. Above 0, and where a model embeds text, the caption is searched by meaning: the least relevance. */
  threshold: number
  /** A text search, in the language of text.ts; by meaning, a plain sentence. */
  caption: string | null
  vql: VqlItem[]
}

export const setOps = ['is', 'is_not', 'one_of', 'not_one_of'] as const
export const nameOps = ['one_of', 'contains', 'starts_with', 'ends_with'] as const
export const issueKinds = issueNames
export const issueModes = ['in', 'out'] as const
export const numberOps = ['gt', 'gte', 'lt', 'lte', 'eq'] as const
export const metadataOps = ['is', 'contains', 'one_of', ...numberOps, 'between'] as const

export interface SetFilter {
  op: (typeof setOps)[number]
  value: string[]
}
export type NameFilter =
  | { op: 'one_of'; value: string[] }
  | { op: 'contains' | 'starts_with' | 'ends_with'; value: string }
export interface IssueFilter {
  op: 'issue'
  value: (typeof issueKinds)[number]
  mode?: (typeof issueModes)[number]
  confidence_min?: number
  confidence_max?: number
}
export type TextFilter = { op: 'fts'; value: string } | SemanticFilter
export interface SemanticFilter {
  op: 'semantic'
  value: string
  /** The least relevance, 0–1. */
  threshold?: number
}
/** `media` names an item of the dataset, `upload` a picture sent to search-image-similarity. */
export interface SimilarityFilter {
  op: 'upload' | 'media'
  value: string
  /** The greatest distance, 0–1. */
  threshold?: number
}
/** The nearest neighbour is at least so alike, 0–1. */
export interface DuplicatesFilter {
  op: 'duplicates'
  value: number
}
/** 1 − the likeness of the nearest neighbour is above this, 0–1. */
export interface UniquenessFilter {
  op: 'uniqueness'
  value: number
}
export type MetadataFilter = { field_name: string } & (
  | { op: 'is' | 'contains'; value: string }
  | { op: 'one_of'; value: string[] }
  | { op: (typeof numberOps)[number]; value: number }
  | { op: 'between'; value: [number, number] | [string, string] }
)
export interface CreatedFilter {
  op: 'between'
  value: [string, string]
}

/** `id` is the sender's own name for the item; it means nothing here. */
export type VqlItem = { id?: string } & (
  | { labels: SetFilter }
  | { tags: SetFilter }
  | { issues: IssueFilter }
  | { text: TextFilter }
  | { duplicates: DuplicatesFilter }
  | { uniqueness: UniquenessFilter }
  | { similarity: SimilarityFilter }
  | { folders: NameFilter }
  | { files: NameFilter }
  | { metadata: MetadataFilter }
  | { created: CreatedFilter }
  | { any_of: VqlItem[][] }
  | { not: VqlItem[] }
)

/** Of `semantic` the least relevance, of `similarity` the greatest distance. */
export const thresholdDefault = 0.5
export const issueDefaults = { mode: 'in', confidence_min: 0.5, confidence_max: 1 } as const
