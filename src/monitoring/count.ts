// What an evaluator is asked and what it answers; there are two (count-by-sql.ts, columnar/), and they must agree.
import type { Language } from '../datasets/datasets.ts'
import type { Queryable } from '../db/database.ts'
import type { ViewFilter } from '../views/filter.ts'
import type { VectorFilter } from '../views/vector-filters.ts'

/** What a filter by meaning or likeness is compared with, and from which cosine on an item passes. */
export interface Near {
  model: string
  vector: Float32Array
  minCosine: number
}

export interface Watched {
  filter: ViewFilter
  /** The ordinals are wanted beside the count. */
  matches: boolean
  /** For each of its filters by meaning and likeness; a caption without is searched by its words. */
  near?: ReadonlyMap<VectorFilter, Near>
  /** Of its dataset; English unless it is given. */
  language?: Language
}

export interface Counted {
  count: number
  /**
   * Ordinals within the batch, ascending and packed (src/lib/ordinals.ts), put together when they are asked for: those of
   * all views at once are as much memory again. null unless they were wanted.
   */
  matched: (() => Uint8Array) | null
  /** What it cost; shared work is divided among those who share it. */
  ms: number
}

export type Count = (db: Queryable, batchId: string, views: Watched[]) => Promise<Counted[]>
