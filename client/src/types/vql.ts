// The query language of views and explore: an array of items, all of which must hold.

export type EntityType = 'IMAGES' | 'OBJECTS' | 'VIDEOS'
export type Issue =
  | 'mislabels'
  | 'outliers'
  | 'duplicates'
  | 'blur'
  | 'dark'
  | 'bright'
  | 'normal'
  | 'label_outlier'

/** `is`: all of them. `is_not`: not all together. `one_of`: at least one. `not_one_of`: none. */
export type SetOp = 'is' | 'is_not' | 'one_of' | 'not_one_of'
export type PathOp = 'one_of' | 'contains' | 'starts_with' | 'ends_with'

export type VqlFilter =
  | { text: { op: 'fts'; value: string } | { op: 'semantic'; value: string; threshold: number } }
  | { labels: { op: SetOp; value: string[] } }
  | { tags: { op: SetOp; value: string[] } }
  | { issues: IssueFilter }
  | { duplicates: { op: 'duplicates'; value: number } }
  | { uniqueness: { op: 'uniqueness'; value: number } }
  | { similarity: { op: 'upload' | 'media'; value: string; threshold: number } }
  | { folders: { op: PathOp; value: string | string[] } }
  | { files: { op: PathOp; value: string | string[] } }
  | { metadata: { field_name: string; op: string; value: unknown } }
  | { created: { op: 'between'; value: [string, string] } }
  | { any_of: VqlItem[][] }
  | { not: VqlItem[] }

export type VqlItem = VqlFilter & { id?: string }

export interface IssueFilter {
  op: 'issue'
  value: Issue
  mode?: 'in' | 'out'
  /** 0–1, default 0.5. */
  confidence_min?: number
  /** 0–1, default 1. */
  confidence_max?: number
}
