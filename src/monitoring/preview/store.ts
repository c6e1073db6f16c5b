import sql, { type Sql } from 'sql-template-tag'
import type { Queryable } from '../../db/database.ts'
import type { Instant } from '../../lib/time.ts'
import { type PreviewRow, previewColumns } from '../../views/media-preview.ts'

export interface LatestBatch {
  id: string
  evaluated_at: Instant
  /**
   * How many statements changed its items so far (migrations/0011_item_changes_folded.sql), without those that changed
   * nothing but their likeness to others, and with them.
   */
  version: number
  likenessVersion: number
  /** One more than its last ordinal. */
  end: number
}

/** The last evaluated batches, ascending. */
export const latestBatches = (db: Queryable, datasetId: string, count: number): Promise<LatestBatch[]> =>
  db.query<LatestBatch>(sql`
    select id, evaluated_at, coalesce(noted.version, 0) as version,
      coalesce(noted.likeness_version, 0) as "likenessVersion",
      coalesce((select max(ordinal) + 1 from items where batch_id = latest.id), 0) as end
    from (
      select id, evaluated_at, accepted_seq from batches
      where dataset_id = ${datasetId} and state = 'evaluated' order by accepted_seq desc limit ${count}) latest
    left join lateral (
      select sum(changes) filter (where not likeness) as version, sum(changes) as likeness_version
      from item_changes where batch_id = latest.id) noted on true
    order by accepted_seq`)

/**
 * For each of the batches how many of its items match. Nothing but a count, so that PostgreSQL shares the rows among its
 * workers and sorts none: with the first matches beside it, it sorted all of them.
 */
export async function countInSql(db: Queryable, batchIds: string[], matching: Sql): Promise<number[]> {
  const rows = await db.query<{ batch_id: string; count: number }>(sql`
    select batch_id, count(*) as count
    from items where batch_id = any(${batchIds}::uuid[]) and state = 'ready' and ${matching}
    group by batch_id`)
  const counts = new Map(rows.map(({ batch_id, count }) => [batch_id, count]))
  return batchIds.map(id => counts.get(id) ?? 0)
}

/** For each of the batches the first ordinals that match. */
export async function firstInSql(
  db: Queryable,
  batchIds: string[],
  matching: Sql,
  most: number,
): Promise<number[][]> {
  const rows = await db.query<{ first: number[] }>(sql`
    select array(
      select ordinal from items where batch_id = batch.id and state = 'ready' and ${matching}
      order by ordinal limit ${most}) as first
    from unnest(${batchIds}::uuid[]) with ordinality as batch (id, position) order by position`)
  return rows.map(({ first }) => first)
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
