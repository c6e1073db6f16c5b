// What the evaluator is asked, as data that can be posted to its thread: distinct predicates, each evaluated once for
// all views that have it, and views that combine them.
import { issueKinds, type NameFilter } from '../../views/filter.ts'

/** A search in words, reduced to lexemes by the database's own dictionary. */
export type Lexemes =
  | { lexeme: number }
  | { all: Lexemes[] }
  | { any: Lexemes[] }
  | { not: Lexemes }
  /** Nothing but stop words: no item matches. */
  | 'nothing'

export const numberColumns = [...issueKinds, 'nearest_likeness', 'created_at'] as const
/** `uniqueness` is computed as in SQL: 1 − nearest_likeness. */
export type NumberColumn = (typeof numberColumns)[number] | 'uniqueness'

/** Terms are indexes into the program's lists. */
export type Predicate =
  | { on: 'labels' | 'tags'; has: 'all' | 'some'; terms: number[] }
  | { on: 'words'; query: Lexemes }
  | { on: 'number'; column: NumberColumn; min: number; max: number }
  /** The cosine with a query, by its index. */
  | { on: 'near'; query: number; minCosine: number }
  | { on: 'folder' | 'file_name'; name: NameFilter }
  | { on: 'field number'; field: number; min: Bound; max: Bound }
  | { on: 'field text'; field: number; name: NameFilter }
  /** The text of an instant, as it is stored. */
  | { on: 'field instant'; field: number; from: string; to: string }

/** One end of a range of decimal numbers, as the database would print it, so that nothing is lost in a double. */
export type Bound = { value: string; included: boolean } | null

/** A predicate by its index, or a combination. */
export type Expression = number | { all: Expression[] } | { any: Expression[] } | { not: Expression }

export const kinds = ['IMAGE', 'OBJECT', 'VIDEO_FRAME'] as const

export interface Watch {
  /** Index into `kinds`. */
  kind: number
  /** All of them must hold. */
  where: Expression[]
  /** Ordinals are wanted beside the count. */
  matches: boolean
}

export interface Query {
  model: string
  vector: Float32Array
}

export interface Program {
  predicates: Predicate[]
  watches: Watch[]
  labels: string[]
  tags: string[]
  lexemes: string[]
  /** What filters by meaning and likeness compare with. */
  queries: Query[]
  /** Metadata fields. */
  fields: string[]
  /** What is read besides ordinal and kind, in this order. */
  columns: Column[]
}

export const columns = [
  'labels',
  'tag_ids',
  'text_search',
  'folder',
  'file_name',
  'metadata',
  ...numberColumns,
] as const
export type Column = (typeof columns)[number]
