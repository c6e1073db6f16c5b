import sql, { empty, type Sql } from 'sql-template-tag'
import { prepared, type Queryable } from '../db/database.ts'
import type { Instant } from '../lib/time.ts'
import { readChannel } from './channels.ts'
import { fromRow, type Notification, type NotificationRow } from './notification.ts'

export const alertColumns = sql`
  alert.view_id, alert.batch_id, alert.view_name, alert.dataset_name, alert.result_count`

/** Datasets with something unread, of which a person looks at the first. */
const maxCounted = 1_000

export interface Scope {
  userId: string
  datasetId?: string | undefined
}

const inScope = ({ userId, datasetId }: Scope): Sql =>
  sql`notification.user_id = ${userId} ${datasetId ? sql`and notification.dataset_id = ${datasetId}` : empty}`

const unread = sql`notification.read_at is null`

/** What narrows the list, beyond the user. */
export interface InboxFilter {
  unreadOnly: boolean
  viewId?: string | undefined
  createdFrom?: Instant | undefined
  createdTo?: Instant | undefined
}

const passes = (filter: InboxFilter): Sql => sql`
  true ${filter.unreadOnly ? sql`and ${unread}` : empty}
  ${filter.viewId ? sql`and notification.alert_id in (select id from alerts where view_id = ${filter.viewId})` : empty}
  ${filter.createdFrom ? sql`and notification.created_at >= ${filter.createdFrom}::timestamptz` : empty}
  ${filter.createdTo ? sql`and notification.created_at <= ${filter.createdTo}::timestamptz` : empty}`

/** Newest first. `total` counts everything the filters let through, not the page. */
export async function listNotifications(
  db: Queryable,
  scope: Scope,
  page: { limit: number; offset: number } & InboxFilter,
): Promise<{ notifications: Notification[]; total: number }> {
  const filter = sql`${inScope(scope)} and ${passes(page)}`
  // One statement, so that the page and the total are of the same moment.
  const rows = await db.query<NotificationRow & { total: number }>(sql`
    with page as (
      select notification.seq, notification.id, notification.user_id, notification.dataset_id,
        notification.created_at, notification.read_at, ${alertColumns}
      from notifications notification join alerts alert on alert.id = notification.alert_id
      where ${filter}
      order by notification.created_at desc, notification.seq desc
      limit ${page.limit} offset ${page.offset})
    select counted.total, page.*
    from (select count(*) as total from notifications notification where ${filter}) counted
    left join page on true
    order by page.created_at desc, page.seq desc`)
  return { total: rows[0]!.total, notifications: rows.filter(row => row.id !== null).map(fromRow) }
}

/** Undefined when the user has no such notification. */
export async function findNotification(
  db: Queryable,
  userId: string,
  id: string,
): Promise<Notification | undefined> {
  const [row] = await db.query<NotificationRow>(sql`
    select notification.seq, notification.id, notification.user_id, notification.dataset_id,
      notification.created_at, notification.read_at, ${alertColumns}
    from notifications notification join alerts alert on alert.id = notification.alert_id
    where notification.id = ${id} and ${inScope({ userId })}`)
  return row && fromRow(row)
}

export async function countUnread(db: Queryable, scope: Scope): Promise<number> {
  const counting = sql`
    select count(*) as count from notifications notification where ${inScope(scope)} and ${unread}`
  const name = scope.datasetId ? 'unread count in dataset' : 'unread count'
  const [row] = await db.query<{ count: number }>(prepared(name, counting))
  return row!.count
}

/** How many are unread in each dataset that has any; null: of datasets that are deleted. Most first. */
export function countUnreadByDataset(
  db: Queryable,
  userId: string,
): Promise<{ dataset_id: string | null; count: number }[]> {
  return db.query(sql`
    select dataset_id, count(*) as count from notifications notification
    where ${inScope({ userId })} and ${unread}
    group by dataset_id order by count desc, dataset_id limit ${maxCounted}`)
}

/**
 * Returns how many of these were unread notifications of this user; of two racing calls one marks each. Whoever writes
 * many notifications takes them in the order of the log, so that no two wait for each other in a circle.
 */
export async function markRead(db: Queryable, userId: string, ids: string[]): Promise<number> {
  const marked = await db.query(sql`
    with found as (
      select seq from notifications notification
      where id = any(${ids}::uuid[]) and ${inScope({ userId })} and ${unread}
      order by seq for no key update),
    marked as (
      update notifications notification set read_at = clock_timestamp()
      from found where notification.seq = found.seq returning notification.id)
    select pg_notify(${readChannel}, json_build_object('userId', ${userId}::text, 'read', id)::text) from marked`)
  return marked.length
}

/** Marks what exists now; returns how many were unread. */
export async function markAllRead(db: Queryable, { userId, datasetId }: Scope): Promise<number> {
  const readAll = JSON.stringify({ userId, readAll: datasetId ?? null })
  const [row] = await db.query<{ count: number }>(sql`
    with found as (
      select seq from notifications notification where ${inScope({ userId, datasetId })} and ${unread}
      order by seq for no key update),
    marked as (
      update notifications notification set read_at = clock_timestamp()
      from found where notification.seq = found.seq returning 1),
    counted as (select count(*) as count from marked)
    select count, case when count > 0 then pg_notify(${readChannel}, ${readAll}) end from counted`)
  return row!.count
}
