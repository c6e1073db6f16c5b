import sql, { type Sql } from 'sql-template-tag'
import type { Queryable } from '../db/database.ts'
import type { ItemKind } from '../vectors/tile.ts'
import type { Described } from './items.ts'

export interface Unembedded extends Described {
  kind: ItemKind
  file_name: string
  storage_key: string | null
  source_uri: string | null
}

/** What a model can embed: pictures that are here, or items that something is said about. */
const embeddable: Record<'pictures' | 'texts', Sql> = {
  pictures: sql`kind in ('IMAGE', 'VIDEO_FRAME') and storage_key is not null`,
  texts: sql`kind in ('IMAGE', 'OBJECT', 'VIDEO_FRAME') and (coalesce(caption, '') <> '' or labels <> '{}')`,
}

/**
 * The ordinals that are missing. `except` is a pass over the items of the batch and one over its tiles; of a new batch
 * the planner knows nothing, and would look through all tiles for each item of a `not exists`.
 */
const missingIn = (batchId: Sql, { model, of }: Missing, after = -1): Sql => sql`
  select ordinal from items
  where items.batch_id = ${batchId} and ordinal > ${after} and state = 'ready' and ${embeddable[of]}
  except select unnest(ordinals) from vector_tiles where vector_tiles.batch_id = ${batchId} and model = ${model}`

export interface Missing {
  model: string
  of: keyof typeof embeddable
}

export interface UnembeddedBatch {
  id: string
  dataset_id: string
  missing: number
}

/** Newest first. */
export function unembeddedBatches(
  db: Queryable,
  datasetId: string,
  missing: Missing,
): Promise<UnembeddedBatch[]> {
  return db.query<UnembeddedBatch>(sql`
    select batches.id, dataset_id, missing from batches,
      lateral (select count(*) as missing from (${missingIn(sql`batches.id`, missing)}) as found) as counted
    where dataset_id = ${datasetId} and missing > 0 order by accepted_seq desc nulls last`)
}

/** The next ones of a batch after the ordinal `after`, in their order. */
export function unembeddedItems(
  db: Queryable,
  batchId: string,
  missing: Missing,
  { after, limit }: { after: number; limit: number },
): Promise<Unembedded[]> {
  return db.query<Unembedded>(sql`
    with next as materialized (
      select ordinal from (${missingIn(sql`${batchId}`, missing, after)}) as found order by ordinal limit ${limit})
    select id, ordinal, kind, file_name, storage_key, source_uri, caption, labels from items
    where batch_id = ${batchId} and ordinal in (select ordinal from next) order by ordinal`)
}
