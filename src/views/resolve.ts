// Filters by meaning and likeness become lists of the items that pass, before the SQL is made.
import sql, { type Sql } from 'sql-template-tag'
import type { Queryable } from '../db/database.ts'
import { problems } from '../lib/problems.ts'
import { scoreOf } from '../vectors/embedder.ts'
import type { Hit, VectorSearch } from '../vectors/search.ts'
import { tilesOfBatches, tilesOfDataset } from '../vectors/vectors.ts'
import type { Captured } from './capture.ts'
import { kinds, type VectorCondition } from './compile.ts'
import type { EntityType, VqlItem } from './filter.ts'

/** The list is held in memory, and is a value of the statement. */
export const maxVectorMatches = 100_000

export interface Scored extends Hit {
  score: number
}
export interface Resolved {
  condition: VectorCondition
  /** What each filter found, by its position. */
  found: Map<number, Scored[]>
}

export interface Scope {
  datasetId: string
  /** Only these; else the whole dataset. */
  batchIds?: string[]
  entityType: EntityType
}

/** Throws `invalidFilter` when a filter matches too much. */
export async function resolve(
  db: Queryable,
  search: VectorSearch,
  captured: Captured[],
  { datasetId, batchIds, entityType }: Scope,
): Promise<Resolved> {
  const conditions = new Map<VqlItem | 'caption', Sql>()
  const found = new Map<number, Scored[]>()
  const kind = kinds[entityType]
  for (const { filter, position, at, model, vector, minCosine, scale } of captured) {
    const tiles = batchIds
      ? await tilesOfBatches(db, batchIds, model, kind)
      : await tilesOfDataset(db, datasetId, model, kind)
    const hits = await search.search(db, tiles, { vector, minCosine }, maxVectorMatches)
    if (!hits)
      throw problems.invalidFilter(
        `${at} is passed by more than ${maxVectorMatches} media; its threshold must be stricter.`,
      )
    found.set(
      position,
      hits.map(hit => ({ ...hit, score: scoreOf(hit.cosine, scale) })),
    )
    conditions.set(
      filter,
      sql`(items.batch_id, items.ordinal) in (select batch_id, ordinal from ${asRows(hits)})`,
    )
  }
  return { condition: filter => conditions.get(filter), found }
}

/** A table of places, with their scores where there are any. Each batch is named once. */
export function asRows(hits: (Hit & { score?: number })[]): Sql {
  const batches = [...new Set(hits.map(({ batch_id }) => batch_id))]
  const number = new Map(batches.map((id, i) => [id, i + 1]))
  return sql`(
    select (${batches}::uuid[])[batch] as batch_id, ordinal, score
    from unnest(${hits.map(({ batch_id }) => number.get(batch_id)!)}::integer[],
      ${hits.map(({ ordinal }) => ordinal)}::integer[], ${hits.map(({ score }) => score ?? null)}::float8[])
      as hit (batch, ordinal, score)) as hits`
}

/** The score of an item under each filter that has one. */
export function scoresOf(
  found: Resolved['found'],
): (place: { batch_id: string; ordinal: number }) => Map<number, number> {
  const byPlace = new Map<string, Map<number, number>>()
  for (const [position, hits] of found)
    for (const { batch_id, ordinal, score } of hits) {
      const key = `${batch_id}/${ordinal}`
      if (!byPlace.has(key)) byPlace.set(key, new Map())
      byPlace.get(key)!.set(position, score)
    }
  return ({ batch_id, ordinal }) => byPlace.get(`${batch_id}/${ordinal}`) ?? new Map()
}
