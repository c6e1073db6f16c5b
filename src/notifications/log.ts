// The notifications table read as a log, in the order of `seq`. Streams follow it with a cursor.
import sql, { type Sql } from 'sql-template-tag'
import { prepared, type Queryable } from '../db/database.ts'
import type { History } from './cursor.ts'
import { type AlertRow, fromRow } from './notification.ts'
import { alertColumns } from './store.ts'

/** One notification in the log. */
export interface LogEntry {
  seq: number
  userId: string
  datasetId: string | null
  id: string
  /** Its JSON after `id` and `user_id`: the same text for everybody who is told of the same alert. */
  rest: string
}

/** The notification exactly as the list shows it. */
export const entryJson = ({ id, userId, rest }: LogEntry): string =>
  `{"id":"${id}","user_id":"${userId}",${rest}`

export interface LogPosition extends History {
  /** The highest committed number; no row at or below it can still appear. */
  head: number
}

export async function logPosition(db: Queryable): Promise<LogPosition> {
  const [position] = await db.query<LogPosition>(sql`
    select coalesce((select max(seq) from notifications), 0) as head,
      (select case when is_called then last_value else 0 end from notification_seq) as drawn,
      (select max(forgotten_to) from log_epochs) as "forgottenTo",
      (select jsonb_agg(jsonb_build_object('epoch', epoch, 'base', base) order by position) from log_epochs) as epochs`)
  return position!
}

/** Begins a new epoch, after a restore: what was numbered since the backup is gone, and will be numbered again. */
export async function beginEpoch(db: Queryable): Promise<void> {
  await db.query(sql`
    insert into log_epochs (base, forgotten_to)
    select (select case when is_called then last_value else 0 end from notification_seq), max(forgotten_to)
    from log_epochs`)
}

/** Up to `limit` notifications of everybody after `afterSeq`, oldest first. */
export async function readLog(db: Queryable, afterSeq: number, limit: number): Promise<LogEntry[]> {
  const page = sql`
    select 0 as place, ${columns} from notifications where seq > ${afterSeq} order by seq limit ${limit}`
  const [entries] = pagesOf(await db.query<Told>(prepared('log', byAlert(page))), 1)
  return entries!
}

export interface ReaderPlace {
  userId: string
  datasetId: string | null
  afterSeq: number
}

/** Up to `limit` notifications for each of many readers after their places, oldest first: one query for all of them. */
export async function readLogOf(db: Queryable, readers: ReaderPlace[], limit: number): Promise<LogEntry[][]> {
  const page = sql`
    select place - 1 as place, notification.* from unnest(
      ${readers.map(({ userId }) => userId)}::uuid[], ${readers.map(({ datasetId }) => datasetId)}::uuid[],
      ${readers.map(({ afterSeq }) => afterSeq)}::bigint[]) with ordinality as reader (of_user, of_dataset, after_seq, place)
    cross join lateral (
      select ${columns} from notifications
      where user_id = of_user and seq > after_seq and (of_dataset is null or dataset_id = of_dataset)
      order by seq limit ${limit}) notification`
  return pagesOf(await db.query<Told>(prepared('log of readers', byAlert(page))), readers.length)
}

const columns = sql`seq, id, user_id, alert_id, dataset_id, created_at, read_at`

/** Those who are told of one alert: the words of four texts. */
interface Told extends AlertRow {
  dataset_id: string | null
  created_at: string
  read_at: string | null
  places: string
  seqs: string
  ids: string
  users: string
}

/**
 * A page tells many people of few alerts, so a row is an alert with all of them. Beside a row for each of them that takes
 * a quarter of the time on PostgreSQL, half of it embedded, and a fifth of this process's.
 */
const byAlert = (page: Sql): Sql => sql`
  select told.*, ${alertColumns}
  from (
    select alert_id, dataset_id, created_at, read_at, string_agg(place::text, ' ') as places,
      string_agg(seq::text, ' ') as seqs, string_agg(id::text, ' ') as ids, string_agg(user_id::text, ' ') as users
    from (${page}) page group by alert_id, dataset_id, created_at, read_at) told
  join alerts alert on alert.id = told.alert_id`

/** A page for each place from 0 on. */
function pagesOf(rows: Told[], places: number): LogEntry[][] {
  const pages = Array.from({ length: places }, (): LogEntry[] => [])
  for (const { places, seqs, ids, users, ...shared } of rows) {
    const { id: _, user_id: __, ...told } = fromRow({ ...shared, seq: 0, id: '', user_id: '' })
    const rest = JSON.stringify(told).slice(1)
    const placeOf = places.split(' ')
    const seqOf = seqs.split(' ')
    const userOf = users.split(' ')
    for (const [i, id] of ids.split(' ').entries())
      pages[Number(placeOf[i])]!.push({
        seq: Number(seqOf[i]),
        userId: userOf[i]!,
        datasetId: shared.dataset_id,
        id,
        rest,
      })
  }
  for (const page of pages) page.sort((a, b) => a.seq - b.seq)
  return pages
}
