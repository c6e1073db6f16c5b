import sql, { type Sql } from 'sql-template-tag'
import type { Queryable } from '../../db/database.ts'
import type { Instant } from '../../lib/time.ts'
import { type PreviewRow, previewColumns } from '../../views/media-preview.ts'

export interface LatestBatch {
  id: string
  evaluated_at: Instant
  /** How many statements changed its items so far (migrations/0011_item_changes_folded.sql). */
  version: number
  /** One more than its last ordinal. */
  end: number
}

/** The last evaluated batches, ascending. */
export const latestBatches = (db: Queryable, datasetId: string, count: number): Promise<LatestBatch[]> =>
  db.query<LatestBatch>(sql`
    select id, evaluated_at, coalesce(noted.changes, 0) as version,
      coalesce((select max(ordinal) + 1 from items where batch_id = latest.id), 0) as end
    from (
      select id, evaluated_at, accepted_seq from batches
      where dataset_id = ${datasetId} and state = 'evaluated' order by accepted_seq desc limit ${count}) latest
    left join lateral (select sum(changes) as changes from item_changes where batch_id = latest.id) noted on true
    order by accepted_seq`)

export interface CountedInSql {
  count: number
  first: number[]
}

/** For each of the batches how many of its items match, and the first of them. */
export async function countInSql(
  db: Queryable,
  batchIds: string[],
  matching: Sql,
  maxFirst: number,
): Promise<CountedInSql[]> {
  const rows = await db.query<{ count: number; first: number[] }>(sql`
    select coalesce(matched.count, 0) as count, coalesce(matched.first, '{}') as first
    from unnest(${batchIds}::uuid[]) with ordinality as batch (id, position)
    left join (
      select batch_id, count(*) as count, (array_agg(ordinal order by ordinal))[:${maxFirst}] as first
      from items where batch_id = any(${batchIds}::uuid[]) and state = 'ready' and ${matching}
      group by batch_id) matched on matched.batch_id = batch.id
    order by position`)
  return rows
}

/** The items at these places, in their order; those that are gone are left out. */
export const samplesAt = (
  db: Queryable,
  places: { batchId: string; ordinal: number }[],
): Promise<(PreviewRow & { batch_id: string; ordinal: number })[]> =>
  db.query(sql`
    select ${previewColumns}, items.batch_id, items.ordinal
    from unnest(${places.map(({ batchId }) => batchId)}::uuid[], ${places.map(({ ordinal }) => ordinal)}::integer[])
      with ordinality as place (batch_id, ordinal, position)
    join items on items.batch_id = place.batch_id and items.ordinal = place.ordinal
    order by position`)
