import sql from 'sql-template-tag'
import type { Queryable, Transaction } from '../db/database.ts'
import type { Instant } from '../lib/time.ts'
import type { ViewFilter } from './filter.ts'
import type { Trend, View } from './view.ts'

interface ViewRow extends ViewFilter, Omit<View, 'created_by' | 'filters' | 'stats' | 'evaluation_error'> {
  evaluation_error: string | null
  created_by: string | null
  email: string
  user_name: string
  n_images: number
  n_objects: number
  n_video_frames: number
}

const columns = sql`
  views.id, dataset_id, views.name, views.created_at, created_by, users.email, users.name as user_name,
  entity_type, threshold, caption, vql, n_images, n_objects, n_video_frames,
  monitoring_enabled, monitoring_started_at, alerting_enabled, total_results, last_results, evaluation_error`
const fromViews = sql`views left join users on users.id = views.created_by`

const asView = (row: ViewRow): View => ({
  id: row.id,
  dataset_id: row.dataset_id,
  name: row.name,
  created_at: row.created_at,
  created_by:
    row.created_by === null ? null : { user_id: row.created_by, email: row.email, name: row.user_name },
  filters: {
    entity_type: row.entity_type,
    threshold: String(row.threshold),
    caption: row.caption,
    vql: row.vql,
  },
  stats: { n_images: row.n_images, n_objects: row.n_objects, n_video_frames: row.n_video_frames },
  monitoring_enabled: row.monitoring_enabled,
  monitoring_started_at: row.monitoring_started_at,
  alerting_enabled: row.alerting_enabled,
  total_results: row.total_results,
  last_results: row.last_results,
  ...(row.evaluation_error === null ? {} : { evaluation_error: row.evaluation_error }),
})

export interface NewView {
  datasetId: string
  name: string
  userId: string
  filter: ViewFilter
  /** The number of its creation in the dataset's order of events. */
  seq: number
}

/** Returns undefined when the dataset has a view of that name. */
export async function insertView(tx: Transaction, view: NewView): Promise<View | undefined> {
  const { entity_type, threshold, caption, vql } = view.filter
  const [row] = await tx.query<ViewRow>(sql`
    with views as (
      insert into views (dataset_id, name, created_by, entity_type, threshold, caption, vql, monitored_from_seq,
        created_at, monitoring_started_at)
      select ${view.datasetId}, ${view.name}, ${view.userId}, ${entity_type}, ${threshold}, ${caption},
        ${JSON.stringify(vql)}, ${view.seq}, moment, moment
      from clock_timestamp() as moment
      on conflict (dataset_id, name) do nothing
      returning *)
    select ${columns} from ${fromViews}`)
  return row && asView(row)
}

export async function countViews(tx: Transaction, datasetId: string): Promise<number> {
  const [row] = await tx.query<{ count: number }>(sql`
    select count(*) as count from views where dataset_id = ${datasetId}`)
  return row!.count
}

/** A page of the dataset's views, newest first, of those created before the view `after`. */
export async function listViews(
  db: Queryable,
  datasetId: string,
  { limit, after }: { limit: number; after?: View | undefined },
): Promise<View[]> {
  const older = after
    ? sql`(views.created_at, views.id) < (${`${after.created_at}Z`}::timestamptz, ${after.id}::uuid)`
    : sql`true`
  const rows = await db.query<ViewRow>(sql`
    select ${columns} from ${fromViews} where dataset_id = ${datasetId} and ${older}
    order by views.created_at desc, views.id desc limit ${limit}`)
  return rows.map(asView)
}

export async function findView(db: Queryable, datasetId: string, viewId: string): Promise<View | undefined> {
  const [row] = await db.query<ViewRow>(sql`
    select ${columns} from ${fromViews} where views.id = ${viewId} and dataset_id = ${datasetId}`)
  return row && asView(row)
}

export async function deleteView(db: Queryable, datasetId: string, viewId: string): Promise<boolean> {
  const deleted = await db.query(sql`
    delete from views where id = ${viewId} and dataset_id = ${datasetId} returning id`)
  return deleted.length > 0
}

/** Points ascending, the latest `limit` of them. One statement, so that points and totals are of the same moment. */
export async function readTrend(
  db: Queryable,
  datasetId: string,
  viewId: string,
  limit: number,
): Promise<(Trend & { monitored: boolean }) | undefined> {
  const rows = await db.query<
    { monitoring_enabled: boolean; errors: NonNullable<Trend['errors']> } & Omit<Trend, 'points' | 'errors'> &
      Omit<Trend['points'][number], 'timestamp'> & { timestamp: Instant | null }
  >(sql`
    select monitoring_enabled, total_results, last_results, "timestamp", batch_id, count, cumulative,
      (select coalesce(jsonb_agg(jsonb_build_object('timestamp', to_char("timestamp", 'YYYY-MM-DD"T"HH24:MI:SS.US'),
        'batch_id', batch_id, 'reason', reason) order by "timestamp"), '[]')
        from (select * from trend_errors where view_id = ${viewId} order by "timestamp" desc limit ${limit}) as latest) as errors
    from views left join (
      select * from trend_points where view_id = ${viewId} order by "timestamp" desc limit ${limit}
    ) points on view_id = views.id
    where views.id = ${viewId} and dataset_id = ${datasetId}
    order by "timestamp"`)
  if (!rows[0]) return undefined
  const { monitoring_enabled, total_results, last_results, errors } = rows[0]
  const points = rows.flatMap(({ timestamp, batch_id, count, cumulative }) =>
    timestamp === null ? [] : [{ timestamp, batch_id, count, cumulative }],
  )
  return {
    monitored: monitoring_enabled,
    points,
    ...(errors.length > 0 ? { errors } : {}),
    total_results,
    last_results,
  }
}

/** False when there is no such view that is monitored. */
export async function setAlerting(
  db: Queryable,
  datasetId: string,
  viewId: string,
  enabled: boolean,
): Promise<boolean> {
  const changed = await db.query(sql`
    update views set alerting_enabled = ${enabled}
    where id = ${viewId} and dataset_id = ${datasetId} and monitoring_enabled returning id`)
  return changed.length > 0
}

export async function stopMonitoring(db: Queryable, datasetId: string, viewId: string): Promise<void> {
  await db.query(sql`
    update views set monitoring_enabled = false where id = ${viewId} and dataset_id = ${datasetId}`)
}

/** From now on, that is from `seq`; a view that is monitored already goes on as it was. */
export async function startMonitoring(
  tx: Transaction,
  datasetId: string,
  viewId: string,
  seq: number,
): Promise<void> {
  await tx.query(sql`
    update views
    set monitoring_enabled = true, monitored_from_seq = ${seq}, monitoring_started_at = clock_timestamp()
    where id = ${viewId} and dataset_id = ${datasetId} and not monitoring_enabled`)
}
