import sql from 'sql-template-tag'
import { arrayLiteral } from '../db/array-literal.ts'
import type { Transaction } from '../db/database.ts'
import { unpackOrdinals } from '../lib/ordinals.ts'
import type { Instant } from '../lib/time.ts'
import type { ViewFilter } from '../views/filter.ts'
import { knownView, remember } from './known-views.ts'
import type { Evaluation, Failure, MonitoredView } from './monitored-view.ts'

export interface BatchToRecord {
  id: string
  dataset_id: string
  dataset_name: string
  state: string
  accepted_seq: number
}

/**
 * Locks the batch: of two workers that record it, one waits and then finds it evaluated. The dataset comes first, as
 * in its deletion, so that the two cannot wait for each other. Undefined when it was deleted.
 */
export async function lockBatch(tx: Transaction, batchId: string): Promise<BatchToRecord | undefined> {
  await tx.query(sql`
    select 1 from datasets join batches on batches.dataset_id = datasets.id
    where batches.id = ${batchId} for key share of datasets`)
  const [batch] = await tx.query<BatchToRecord>(sql`
    select batches.id, dataset_id, display_name as dataset_name, state, accepted_seq
    from batches join datasets on datasets.id = dataset_id
    where batches.id = ${batchId} for update of batches`)
  return batch
}

/** Rows with their filters are decoded in one go: those of 500 views hold up the main thread for 4 ms. */
const viewsPerPage = 500

/** The views that existed when the batch was accepted and are still monitored, locked until the counters are written. */
export async function lockMonitoredViews(tx: Transaction, batch: BatchToRecord): Promise<MonitoredView[]> {
  const [locked] = await tx.query<{ keys: string | null }>(sql`
    with locked as (
      select id, monitored_from_seq,
        hashtextextended(row(name, alerting_enabled, entity_type, threshold, caption, vql)::text, 0) as digest
      from views
      where dataset_id = ${batch.dataset_id} and monitoring_enabled and monitored_from_seq < ${batch.accepted_seq}
      order by monitored_from_seq, id for no key update)
    select string_agg(id || ' ' || digest, ',' order by monitored_from_seq, id) as keys from locked`)
  const keys = locked!.keys?.split(',') ?? [] // an array of 10,000 is parsed in one piece: 10 ms
  const found = new Map<string, MonitoredView>()
  for (const key of keys) {
    const view = knownView(key)
    if (view) found.set(key, view)
  }
  const unknown = keys.filter(key => !found.has(key))
  for (let from = 0; from < unknown.length; from += viewsPerPage) {
    const page = unknown.slice(from, from + viewsPerPage)
    const rows = await tx.query<ViewRow>(sql`
      select id, name, alerting_enabled, entity_type, threshold, caption, vql
      from unnest(${arrayLiteral(page.map(idOf))}::uuid[]) with ordinality as page (id, position)
      join views using (id) order by position`)
    for (const [i, { id, name, alerting_enabled, ...filter }] of rows.entries()) {
      const view = { id, name, alerting_enabled, filter }
      found.set(page[i]!, view)
      remember(page[i]!, view)
    }
  }
  return keys.map(key => found.get(key)!)
}

const idOf = (key: string) => key.split(' ', 1)[0]!

interface ViewRow extends ViewFilter {
  id: string
  name: string
  alerting_enabled: boolean
}

export async function countReadyItems(tx: Transaction, batchId: string): Promise<number> {
  const [row] = await tx.query<{ count: number }>(sql`
    select count(*) as count from items where batch_id = ${batchId} and state = 'ready'`)
  return row!.count
}

/** Those of the tags that exist; they stay until the transaction ends. */
export async function tagsAmong(tx: Transaction, datasetId: string, tagIds: string[]): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(sql`
    select id from tags where dataset_id = ${datasetId} and id = any(${tagIds}::uuid[]) for key share`)
  return rows.map(({ id }) => id)
}

/** Ten thousand at once would hold up the main thread for 20 ms. */
const pointsPerStatement = 2_000

/** One trend point per view, and the view's counters moved by the same number. */
export async function writePoints(
  tx: Transaction,
  batch: BatchToRecord,
  evaluations: Evaluation[],
  at: Instant,
): Promise<void> {
  for (let from = 0; from < evaluations.length; from += pointsPerStatement)
    await writeSomePoints(tx, batch, evaluations.slice(from, from + pointsPerStatement), at)
}

async function writeSomePoints(
  tx: Transaction,
  batch: BatchToRecord,
  evaluations: Evaluation[],
  at: Instant,
): Promise<void> {
  const ids = evaluations.map(({ view }) => view.id)
  await tx.query(sql`
    with counted as (
      select * from unnest(${arrayLiteral(ids)}::uuid[],
        ${arrayLiteral(evaluations.map(({ count }) => count))}::bigint[],
        ${arrayLiteral(evaluations.map(({ ms }) => ms))}::float8[]) as counted (view_id, count, ms)),
    moved as (
      update views set
        total_results = total_results + count,
        last_results = case when count > 0 then ${at}::timestamptz else last_results end,
        n_images = greatest(n_images, 0) + case entity_type when 'IMAGES' then count else 0 end,
        n_objects = greatest(n_objects, 0) + case entity_type when 'OBJECTS' then count else 0 end,
        n_video_frames = greatest(n_video_frames, 0) + case entity_type when 'VIDEOS' then count else 0 end,
        evaluation_ms = ms,
        evaluation_error = null
      from counted where views.id = counted.view_id
      returning views.id, count, total_results)
    insert into trend_points (view_id, batch_id, "timestamp", count, cumulative)
    select id, ${batch.id}, ${at}, count, total_results from moved`)
}

/** What stands in the trend instead of a point, and is shown with the view until it is evaluated again. */
export async function writeErrors(
  tx: Transaction,
  batch: BatchToRecord,
  failures: Failure[],
  at: Instant,
): Promise<void> {
  if (failures.length === 0) return
  const ids = failures.map(({ view }) => view.id)
  await tx.query(sql`
    with failed as (
      select * from unnest(${ids}::uuid[], ${failures.map(({ reason }) => reason)}::text[]) as failed (view_id, reason)),
    marked as (
      update views set evaluation_error = reason from failed where views.id = failed.view_id)
    insert into trend_errors (view_id, batch_id, "timestamp", reason)
    select view_id, ${batch.id}, ${at}, reason from failed`)
}

/** Lists up to this length are stored as integers, for people who look with SQL; longer ones stay packed. */
const maxListed = 100
/** Together they are one parameter, which is copied three times on the main thread: some 2 ms. */
const maxPackedBytes = 2 ** 20
const alertsPerStatement = 500

/** Returns the ids of the new alerts, in the order of the views. */
export async function writeAlerts(
  tx: Transaction,
  batch: BatchToRecord,
  alerting: Evaluation[],
  at: Instant,
): Promise<string[]> {
  const ids: string[] = []
  for (const some of chunks(alerting)) ids.push(...(await writeSomeAlerts(tx, batch, some, at)))
  return ids
}

interface Packed {
  view: MonitoredView
  count: number
  matched: Uint8Array
}

function* chunks(alerting: Evaluation[]): Generator<Packed[]> {
  let chunk: Packed[] = []
  let bytes = 0
  for (const { view, count, matched } of alerting) {
    const packed = { view, count, matched: matched!() }
    bytes += packed.matched.length
    if (chunk.length === alertsPerStatement || (chunk.length > 0 && bytes > maxPackedBytes)) {
      yield chunk
      chunk = []
      bytes = packed.matched.length
    }
    chunk.push(packed)
  }
  if (chunk.length > 0) yield chunk
}

async function writeSomeAlerts(
  tx: Transaction,
  batch: BatchToRecord,
  alerting: Packed[],
  at: Instant,
): Promise<string[]> {
  const packed = alerting.map(({ count, matched }) => (count > maxListed ? matched : new Uint8Array(0)))
  const starts: number[] = []
  let start = 1 // as SQL counts
  for (const { length } of packed) {
    starts.push(start)
    start += length
  }
  const listed = alerting.map(
    ({ count, matched }) => `{${count > maxListed ? '' : unpackOrdinals(matched).join()}}`,
  )
  const ids = alerting.map(({ view }) => view.id)
  // A view never changes, and is locked: its name and filters come from its row, and are not sent again.
  const written = await tx.query<{ id: string; view_id: string }>(sql`
    insert into alerts (view_id, batch_id, dataset_id, view_name, dataset_name, result_count, entity_type, filters,
      matched, packed, raised_at)
    select view_id, ${batch.id}, ${batch.dataset_id}, views.name, ${batch.dataset_name}, count, entity_type,
      jsonb_build_object('entity_type', entity_type, 'threshold', alert.threshold, 'caption', caption, 'vql', vql),
      matched::integer[], case when bytes > 0 then substring(${Buffer.concat(packed)}::bytea from start for bytes) end, ${at}
    from unnest(${arrayLiteral(ids)}::uuid[], ${arrayLiteral(alerting.map(({ count }) => count))}::bigint[],
      ${alerting.map(({ view }) => String(view.filter.threshold))}::text[], ${listed}::text[],
      ${arrayLiteral(starts)}::integer[], ${arrayLiteral(packed.map(({ length }) => length))}::integer[])
      as alert (view_id, count, threshold, matched, start, bytes)
      join views on views.id = view_id
    returning id, view_id`)
  const alertOf = new Map(written.map(({ view_id, id }) => [view_id, id]))
  return ids.map(id => alertOf.get(id)!)
}

export async function markEvaluated(tx: Transaction, batchId: string, at: Instant): Promise<void> {
  await tx.query(sql`update batches set state = 'evaluated', evaluated_at = ${at} where id = ${batchId}`)
}

/** The transaction's own reading of the clock, to the microsecond. */
export async function clock(tx: Transaction): Promise<Instant> {
  const [row] = await tx.query<{ at: Instant }>(sql`select clock_timestamp() as at`)
  return row!.at
}
