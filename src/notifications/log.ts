// The notifications table read as a log, in the order of `seq`. Streams follow it with a cursor.
import sql, { type Sql } from 'sql-template-tag'
import { prepared, type Queryable } from '../db/database.ts'
import type { History } from './cursor.ts'
import { type AlertRow, fromRow, type NotificationRow } from './notification.ts'
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
    select ${columns} from notifications where seq > ${afterSeq} order by seq limit ${limit}`
  return entriesOf(await db.query<LogRow>(prepared('log', withAlerts(page, sql`seq`))))
}

export interface ReaderPlace {
  userId: string
  datasetId: string | null
  afterSeq: number
}

/** Up to `limit` notifications for each of many readers after their places, oldest first: one query for all of them. */
export async function readLogOf(db: Queryable, readers: ReaderPlace[], limit: number): Promise<LogEntry[][]> {
  const page = sql`
    select position, notification.* from unnest(
      ${readers.map(({ userId }) => userId)}::uuid[], ${readers.map(({ datasetId }) => datasetId)}::uuid[],
      ${readers.map(({ afterSeq }) => afterSeq)}::bigint[]) with ordinality as reader (of_user, of_dataset, after_seq, position)
    cross join lateral (
      select ${columns} from notifications
      where user_id = of_user and seq > after_seq and (of_dataset is null or dataset_id = of_dataset)
      order by seq limit ${limit}) notification`
  const rows = await db.query<LogRow & { position: number }>(
    prepared('log of readers', withAlerts(page, sql`position, seq`)),
  )
  const pages: LogEntry[][] = readers.map(() => [])
  for (const [i, entry] of entriesOf(rows).entries()) pages[rows[i]!.position - 1]!.push(entry)
  return pages
}

const columns = sql`seq, id, user_id, alert_id, dataset_id, created_at, read_at`

type LogRow = Omit<NotificationRow, keyof AlertRow> & { alert_id: string } & (AlertRow | NoAlert)
type NoAlert = { [column in keyof AlertRow]: null }

/** A page tells many people of few alerts, so each alert comes once, with the first row that tells of it. */
const withAlerts = (page: Sql, order: Sql): Sql => sql`
  select page.*, ${alertColumns}
  from (select page.*, row_number() over (partition by alert_id order by ${order}) = 1 as tells from (${page}) page) page
    left join alerts alert on tells and alert.id = alert_id
  order by ${order}`

/** Its alert, and so its JSON, is made once. */
function entriesOf(rows: LogRow[]): LogEntry[] {
  const alerts = new Map<string, AlertRow>()
  const texts = new Map<string, string>()
  return rows.map(row => {
    if (row.view_id !== null) alerts.set(row.alert_id, row)
    const key = `${row.alert_id} ${row.created_at} ${row.read_at} ${row.dataset_id}`
    let rest = texts.get(key)
    if (rest === undefined) {
      const { view_id, batch_id, view_name, dataset_name, result_count } = alerts.get(row.alert_id)!
      const whole = { ...row, view_id, batch_id, view_name, dataset_name, result_count }
      const { id, user_id, ...shared } = fromRow(whole)
      rest = JSON.stringify(shared).slice(1)
      texts.set(key, rest)
    }
    return { seq: row.seq, userId: row.user_id, datasetId: row.dataset_id, id: row.id, rest }
  })
}
