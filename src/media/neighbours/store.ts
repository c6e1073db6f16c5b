import sql, { type Sql } from 'sql-template-tag'
import type { Queryable } from '../../db/database.ts'
import type { ItemKind } from '../../vectors/tile.ts'
import type { Neighbourhood } from './neighbourhood.ts'

export interface Place {
  batch_id: string
  ordinal: number
}
export interface KnownItem extends Place {
  id: string
  labels: string[]
}

/** Items that can be seen, of these places. */
export function itemsAt(db: Queryable, places: Place[]): Promise<KnownItem[]> {
  return db.query<KnownItem>(sql`
    select id, batch_id, ordinal, labels from items
    where state = 'ready' and (batch_id, ordinal) in (
      select * from unnest(${places.map(one => one.batch_id)}::uuid[], ${places.map(one => one.ordinal)}::integer[]))`)
}

/** Of an update that changes nothing but what neighbours say of an item (migrations/0013_likeness_changes.sql). */
export const onlyLikeness = sql`(select set_config('belfry.changes', 'likeness', true)) as said`

export async function writeNeighbourhoods(
  db: Queryable,
  found: (Neighbourhood & { id: string })[],
): Promise<void> {
  await db.query(sql`
    update items
    set nearest_likeness = found.nearest_likeness, nearest_id = found.nearest_id, isolation = found.isolation,
        label_share = found.label_share, duplicates = found.duplicates, mislabels = found.mislabels
    from ${onlyLikeness}, jsonb_to_recordset(${JSON.stringify(found)}::jsonb) as found (
      id uuid, nearest_likeness float8, nearest_id uuid, isolation float8, label_share float8, duplicates float8,
      mislabels float8)
    where items.id = found.id`)
}

/** Older items whose nearest is now one of these. In the order of their ids, so that two such updates do not cross. */
export async function drawNearer(
  db: Queryable,
  links: { id: string; nearest_id: string; nearest_likeness: number; duplicates: number }[],
): Promise<void> {
  await db.query(sql`
    with nearer as (
      select distinct on (id) * from jsonb_to_recordset(${JSON.stringify(links)}::jsonb) as nearer (
        id uuid, nearest_id uuid, nearest_likeness float8, duplicates float8)
      order by id, nearest_likeness desc),
    held as (
      select items.id from items join nearer on nearer.id = items.id order by items.id for no key update of items)
    update items
    set nearest_likeness = nearer.nearest_likeness, nearest_id = nearer.nearest_id, duplicates = nearer.duplicates
    from ${onlyLikeness}, nearer join held on held.id = nearer.id
    where items.id = nearer.id and coalesce(items.nearest_likeness, -1) < nearer.nearest_likeness`)
}

/** Fewer items than this have no usual isolation, fewer of a label no usual neighbours. */
const minPopulation = 20
/** A label whose items are hardly ever neighbours cannot be told by its looks. */
const minLabelShare = 0.2
/** Of the standard deviation of the isolation: in a dataset of nothing but copies any item would stand out. */
const minSpread = 0.02

/**
 * `outliers` and `label_outlier` compare an item with what is usual in the whole dataset; they are set for one batch,
 * or, without it, for all.
 */
export async function writeOutliers(
  db: Queryable,
  datasetId: string,
  kind: ItemKind,
  batchId?: string,
): Promise<void> {
  const ofDataset = sql`items.dataset_id = ${datasetId} and items.kind = ${kind} and items.state = 'ready'`
  const chosen: Sql = batchId ? sql`${ofDataset} and items.batch_id = ${batchId}` : ofDataset
  await db.query(sql`
    with usual as materialized (
      select count(*) as population, percentile_cont(0.5) within group (order by isolation) as middle,
        greatest(${minSpread}::float8, (percentile_cont(0.9) within group (order by isolation)
          - percentile_cont(0.5) within group (order by isolation)) / 1.2816) as spread
      from items where ${ofDataset} and isolation is not null)
    update items
    set outliers = case when population >= ${minPopulation} and isolation is not null
          then least(1, greatest(0, (isolation - middle) / (6 * spread))) end
    from ${onlyLikeness}, usual where ${chosen}`)
  // Materialised: a new batch has no statistics yet, and a plan for one row would read the dataset anew for each.
  await db.query(sql`
    with usual as materialized (
      select label, avg(label_share) as share from items, unnest(labels) as label
      where ${ofDataset} and label_share is not null
      group by label having count(*) >= ${minPopulation} and avg(label_share) >= ${minLabelShare}),
    judged as (
      select items.id, min(least(1, greatest(0, 1 - label_share / share))) as unusual
      from items cross join unnest(labels) as own join usual on usual.label = own
      where ${chosen} and label_share is not null group by items.id)
    update items set label_outlier = judged.unusual from ${onlyLikeness}, judged where items.id = judged.id`)
}

export function nearestLinks(
  db: Queryable,
  datasetId: string,
  minLikeness: number,
): Promise<{ id: string; nearest_id: string }[]> {
  return db.query<{ id: string; nearest_id: string }>(sql`
    select id, nearest_id from items
    where dataset_id = ${datasetId} and state = 'ready' and nearest_likeness >= ${minLikeness} and nearest_id is not null`)
}

/** Only rows that change are written. */
export async function writeClusters(
  db: Queryable,
  datasetId: string,
  clusters: Map<string, string>,
): Promise<void> {
  await db.query(sql`
    update items set cluster_id = found.cluster_id
    from ${onlyLikeness}, items as old
      left join unnest(${[...clusters.keys()]}::uuid[], ${[...clusters.values()]}::uuid[]) as found (id, cluster_id)
        on found.id = old.id
    where items.id = old.id and old.dataset_id = ${datasetId} and old.cluster_id is distinct from found.cluster_id`)
}
